package dev.warmvoice.pool;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.util.Optional;

/** The settings {@code warmvoice.dashscope.*}. */
@ConfigMapping(prefix = "warmvoice.dashscope")
public interface DashscopeConfig {

    /** What a header can carry. OkHttp leaves out spaces at either end, and the newline at the end of a file. */
    String VISIBLE_ASCII = "\\s*[!-~]+\\s*";
    /** Names no value, which may be a secret. */
    String NOT_VISIBLE_ASCII = "has a character that is not visible ASCII.";

    /** The account's key; without it every handshake fails. Never logged. */
    Optional<@Pattern(regexp = VISIBLE_ASCII, message = NOT_VISIBLE_ASCII) String> apiKey();

    /** The service's inference endpoint. */
    URI url();

    /** The workspace to bill. */
    Optional<@Pattern(regexp = VISIBLE_ASCII, message = NOT_VISIBLE_ASCII) String> workspace();
}
