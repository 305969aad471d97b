package dev.warmvoice.http.usage;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one request has used. Another dimension is one more field here, a tag in {@link UsageMetrics} and a key in
 * {@link UsageLog}.
 *
 * @param request the request's id; null if the service has not answered
 * @param token the name of the client's token
 * @param upstream that had its task, {@code none} if there was no task; null if there is only one upstream
 * @param model that has spoken, or should have
 * @param characters as the service bills them; 0 if it has not told, or bills tokens
 * @param inputTokens as the service bills them, or 0
 * @param outputTokens as the service bills them, or 0
 * @param audioSeconds null if they cannot be told from the bytes
 * @param firstAudio null if there was none
 * @param total from the request to its end at the service
 * @param outcome {@code finished}, or the kind of the error
 */
record Usage(@Nullable String request, String token, @Nullable String upstream, String model, String voice,
        String format, int characters,
        int inputTokens, int outputTokens, @Nullable Double audioSeconds, @Nullable Duration firstAudio,
        Duration total, String outcome) {
}
