package dev.warmvoice.emulator;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

import java.time.Duration;

/** {@code POST /api/v1/tokens}: makes a temporary key from a permanent one. Lives on the event loop. */
final class TokenApi {

    static final String PATH = "/api/v1/tokens";
    private static final String DEFAULT_SECONDS = "60";
    private static final int MAX_SECONDS = 1800;

    private final AcceptedKeys keys;

    TokenApi(AcceptedKeys keys) {
        this.keys = keys;
    }

    static boolean concerns(HttpServerRequest request) {
        return PATH.equals(request.path()) && request.method().equals(HttpMethod.POST);
    }

    void receive(HttpServerRequest request) {
        if (!keys.isPermanent(AcceptedKeys.of(request))) {
            Refusal.INVALID_KEY.answer(request);
            return;
        }
        int seconds = seconds(request.getParam("expire_in_seconds", DEFAULT_SECONDS));
        if (seconds == 0) {
            new Refusal(400, "InvalidParameter", "expire_in_seconds must be 1 to " + MAX_SECONDS + ".")
                    .answer(request);
            return;
        }
        request.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(keys.makeTemporary(Duration.ofSeconds(seconds)).json());
    }

    /** @return 0 for what the service does not take */
    private static int seconds(String text) {
        try {
            int seconds = Integer.parseInt(text);
            return seconds >= 1 && seconds <= MAX_SECONDS ? seconds : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
