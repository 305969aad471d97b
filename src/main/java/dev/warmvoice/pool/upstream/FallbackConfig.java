package dev.warmvoice.pool.upstream;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.Optional;

/** The settings {@code warmvoice.fallback.*}. */
@ConfigMapping(prefix = "warmvoice.fallback")
public interface FallbackConfig {

    /**
     * What speaks where no upstream can use a model: {@code model:fallback}, any number of them. A fallback may have one in
     * turn. The voice stays the same.
     */
    Optional<List<@Pattern(regexp = "[!-9;-~]{1,128}:[!-9;-~]{1,128}", message = "must be model:fallback, each of 1 to 128"
            + " characters of visible ASCII.") String>> models();
}
