package dev.warmvoice.host;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP request in an event of a Function URL, which has API Gateway's payload format 2.0.
 *
 * @param request without the query
 * @param query as the client sent it, without the question mark, may be empty
 */
public record FunctionUrlRequest(BufferedHttp.Request request, String query) {

    /**
     * Reads an event.
     *
     * @param event may be of any other kind, such as the samples of the console
     * @throws InvalidEventException if it is no request
     */
    public static FunctionUrlRequest of(@Nullable APIGatewayV2HTTPEvent event) throws InvalidEventException {
        if (event == null || event.getRequestContext() == null || event.getRequestContext().getHttp() == null) {
            throw noRequest();
        }
        APIGatewayV2HTTPEvent.RequestContext.Http call = event.getRequestContext().getHttp();
        if (call.getMethod() == null || call.getPath() == null) {
            throw noRequest();
        }
        String query = event.getRawQueryString() == null ? "" : event.getRawQueryString();
        return new FunctionUrlRequest(
                new BufferedHttp.Request(call.getMethod(), call.getPath(), headers(event), body(event)), query);
    }

    /** Of an event of any other kind. */
    public static InvalidEventException noRequest() {
        return new InvalidEventException("The event is not a Function URL event.");
    }

    private static byte[] body(APIGatewayV2HTTPEvent event) throws InvalidEventException {
        if (event.getBody() == null) {
            return new byte[0];
        }
        if (!event.getIsBase64Encoded()) {
            return event.getBody().getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(event.getBody());
        } catch (IllegalArgumentException e) {
            throw new InvalidEventException("The event's body is not valid base64.");
        }
    }

    /** Function URLs send lower-case header names; hand-written events may not. */
    private static Map<String, String> headers(APIGatewayV2HTTPEvent event) {
        Map<String, String> headers = new HashMap<>();
        if (event.getHeaders() != null) {
            event.getHeaders().forEach((name, value) -> {
                if (value != null) {
                    headers.put(name.toLowerCase(Locale.ROOT), value);
                }
            });
        }
        return headers;
    }

    /** Omits the query, which may hold a secret. */
    @Override
    public String toString() {
        return request.toString();
    }
}
