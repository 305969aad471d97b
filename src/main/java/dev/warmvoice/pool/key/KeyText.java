package dev.warmvoice.pool.key;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a file or a command gives: the key alone, or the answer of the vendor's {@code POST /api/v1/tokens}, which is
 * {@code {"token":"st-…","expires_at":1744080369}} with the time in seconds.
 */
final class KeyText {

    private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]+");
    /** In the year 5138. A time in milliseconds is larger. */
    private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(100_000_000_000L);

    private final String setting;
    private final String text;

    /**
     * @param setting names the file or the command
     * @param read what it gave
     */
    KeyText(String setting, byte[] read) {
        this.setting = setting;
        this.text = new String(read, StandardCharsets.UTF_8).strip();
    }

    /** @throws KeyUnavailableException if this is no key */
    ApiKey key() throws KeyUnavailableException {
        if (text.isEmpty()) {
            throw new KeyUnavailableException(setting + " gives an empty key.");
        }
        return text.startsWith("{") ? ofToken(json()) : new ApiKey(visible(text), null);
    }

    private JsonObject json() throws KeyUnavailableException {
        try {
            return JsonParser.parseString(text).getAsJsonObject();
        } catch (JsonParseException e) {
            // Not the cause, which quotes what it could not read.
            throw new KeyUnavailableException(setting + " gives JSON that cannot be read.");
        }
    }

    private ApiKey ofToken(JsonObject answer) throws KeyUnavailableException {
        JsonElement token = answer.get("token");
        if (token == null || !token.isJsonPrimitive()) {
            throw new KeyUnavailableException(setting + " gives JSON without a string \"token\".");
        }
        return new ApiKey(visible(token.getAsString()), expiry(answer.get("expires_at")));
    }

    private @Nullable Instant expiry(@Nullable JsonElement seconds) throws KeyUnavailableException {
        if (seconds == null || seconds.isJsonNull()) {
            return null;
        }
        try {
            BigDecimal since = seconds.getAsBigDecimal();
            if (since.signum() >= 0 && since.compareTo(MAX_SECONDS) < 0) {
                return Instant.ofEpochSecond(since.longValue());
            }
        } catch (RuntimeException e) {
            // Refused like any other.
        }
        throw new KeyUnavailableException(setting + " gives an \"expires_at\" that is no time in seconds since 1970.");
    }

    private String visible(String key) throws KeyUnavailableException {
        if (!VISIBLE_ASCII.matcher(key).matches()) {
            throw new KeyUnavailableException(
                    setting + " gives a key that is empty or has a character that is not visible ASCII.");
        }
        return key;
    }
}
