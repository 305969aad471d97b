package dev.warmvoice.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.testing.ObservedOutput;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The response that a client of the function URL receives.
 *
 * @param headers by name in any case
 * @param base64 whether the function posted the body in base64
 * @param body the decoded body
 */
public record FunctionUrlAnswer(int status, Map<String, String> headers, boolean base64, byte[] body) {

    public static FunctionUrlAnswer of(LambdaInvocation.Outcome outcome) {
        assertThat(outcome.kind()).as(outcome.payload().toString()).isEqualTo(LambdaInvocation.Kind.RESPONSE);
        return of(outcome.payload().toJsonObject());
    }

    public static FunctionUrlAnswer of(JsonObject answer) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        answer.getJsonObject("headers", new JsonObject())
                .forEach(header -> headers.put(header.getKey(), (String) header.getValue()));
        String body = answer.getString("body", "");
        boolean base64 = answer.getBoolean("isBase64Encoded", false);
        ObservedOutput.answer(answer.getInteger("statusCode"), headers, body);
        return new FunctionUrlAnswer(answer.getInteger("statusCode"), headers, base64,
                base64 ? Base64.getDecoder().decode(body) : body.getBytes(StandardCharsets.UTF_8));
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    public JsonObject json() {
        return new JsonObject(new String(body, StandardCharsets.UTF_8));
    }

    public JsonObject error() {
        return json().getJsonObject("error");
    }
}
