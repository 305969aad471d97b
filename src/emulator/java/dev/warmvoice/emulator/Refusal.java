package dev.warmvoice.emulator;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;

import java.util.UUID;

/**
 * An HTTP error as the service sends it.
 *
 * @param status of HTTP
 * @param code of the service
 * @param message of the service
 */
record Refusal(int status, String code, String message) {

    static final Refusal INVALID_KEY = new Refusal(401, "InvalidApiKey", "Invalid API-key provided.");

    void answer(HttpServerRequest request) {
        request.response().setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(new JsonObject().put("code", code).put("message", message)
                        .put("request_id", UUID.randomUUID().toString()).encode());
    }
}
