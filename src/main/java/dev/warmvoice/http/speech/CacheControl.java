package dev.warmvoice.http.speech;

import dev.warmvoice.speech.cache.CacheUse;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the header {@code Cache-Control} of a request says. */
public final class CacheControl {

    private CacheControl() {
    }

    /**
     * What a request allows a cache.
     *
     * @param header all its values, separated by commas; null without one
     */
    public static CacheUse of(@Nullable String header) {
        if (header == null) {
            return CacheUse.ANY;
        }
        Set<String> directives = Arrays.stream(header.split(",")).map(each -> each.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        if (directives.contains("no-store")) {
            return CacheUse.NONE;
        }
        return directives.contains("no-cache") ? CacheUse.REFRESH : CacheUse.ANY;
    }
}
