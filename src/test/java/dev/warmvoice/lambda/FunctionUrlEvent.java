package dev.warmvoice.lambda;

import dev.warmvoice.testing.ObservedOutput;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A request as a function URL forwards it, in payload format 2.0. */
public final class FunctionUrlEvent {

    private static final String HOST = "abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-central-1.on.aws";

    private final JsonObject event;

    private FunctionUrlEvent(String method, String path, JsonObject headers) {
        headers.put("host", HOST).put("accept", "*/*").put("user-agent", "curl/8.5.0")
                .put("x-forwarded-proto", "https").put("x-forwarded-port", "443").put("x-forwarded-for", "203.0.113.7")
                .put("x-amzn-tls-version", "TLSv1.3")
                .put("x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793");
        JsonObject http = new JsonObject().put("method", method).put("path", path).put("protocol", "HTTP/1.1")
                .put("sourceIp", "203.0.113.7").put("userAgent", "curl/8.5.0");
        JsonObject context = new JsonObject().put("accountId", "anonymous").put("apiId", HOST.split("\\.")[0])
                .put("domainName", HOST).put("domainPrefix", HOST.split("\\.")[0]).put("http", http)
                .put("requestId", "0d9c3d6c-7f0b-4d8c-9f2f-1f6d0a7b8c9d").put("routeKey", "$default")
                .put("stage", "$default").put("time", "22/Nov/2026:12:00:00 +0000").put("timeEpoch", 1795348800000L);
        event = new JsonObject().put("version", "2.0").put("routeKey", "$default").put("rawPath", path)
                .put("rawQueryString", "").put("headers", headers).put("requestContext", context)
                .put("isBase64Encoded", false);
    }

    public static FunctionUrlEvent get(String path) {
        return new FunctionUrlEvent("GET", path, new JsonObject());
    }

    public static FunctionUrlEvent speech(JsonObject body) {
        return post("/v1/audio/speech", body.encode());
    }

    /** Creates an event with a plain-text body, as it comes for JSON. */
    public static FunctionUrlEvent post(String path, String body) {
        FunctionUrlEvent post = new FunctionUrlEvent("POST", path, new JsonObject()
                .put("content-type", "application/json")
                .put("content-length", Integer.toString(body.getBytes(StandardCharsets.UTF_8).length)));
        ObservedOutput.request(body);
        post.event.put("body", body);
        return post;
    }

    /** Creates an event with the body in base64, as an API Gateway may send it. */
    FunctionUrlEvent inBase64() {
        String body = event.getString("body");
        event.put("body", Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)))
                .put("isBase64Encoded", true);
        return this;
    }

    /** Creates an event with the query of an address. */
    public FunctionUrlEvent withQuery(String query) {
        event.put("rawQueryString", query);
        return this;
    }

    /** Creates an event of a client with a token. */
    public FunctionUrlEvent withToken(String token) {
        ObservedOutput.secret(token);
        event.getJsonObject("headers").put("authorization", "Bearer " + token);
        return this;
    }

    public JsonObject toJson() {
        return event;
    }
}
