package dev.warmvoice.pool;

import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/** The settings of an account and of where it is used. */
public interface AccountConfig {

    /** What a header can carry. OkHttp leaves out spaces at either end, and the newline at the end of a file. */
    String VISIBLE_ASCII = "\\s*[!-~]+\\s*";
    /** Names no value, which may be a secret. */
    String NOT_VISIBLE_ASCII = "has a character that is not visible ASCII.";

    /** A region of the service that has workspace hosts for speech over WebSocket. */
    enum Region {

        CN_BEIJING("dashscope.aliyuncs.com"),
        AP_SOUTHEAST_1("dashscope-intl.aliyuncs.com");

        private final String publicHost;

        Region(String publicHost) {
            this.publicHost = publicHost;
        }

        /** The host for all workspaces. */
        String publicHost() {
            return publicHost;
        }

        /** The name in host names and settings. */
        String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** The account's key. Never logged. This one, {@link #apiKeyFile} or {@link #apiKeyCommand} is set. */
    Optional<@Pattern(regexp = VISIBLE_ASCII, message = NOT_VISIBLE_ASCII) String> apiKey();

    /** A file with the key, or with the JSON that the vendor gives with a temporary key. */
    Optional<String> apiKeyFile();

    /** A program, with its arguments, that prints what could be in such a file. Run without a shell. */
    Optional<String> apiKeyCommand();

    /** The service's inference endpoint, if it is none of {@link #region}'s. */
    Optional<URI> url();

    /** The account's region; {@code cn-beijing} without it and {@link #url}. */
    Optional<Region> region();

    /** The workspace to bill; with {@link #region}, also the one whose host is used. */
    Optional<@Pattern(regexp = VISIBLE_ASCII, message = NOT_VISIBLE_ASCII) String> workspace();
}
