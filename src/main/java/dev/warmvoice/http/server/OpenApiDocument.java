package dev.warmvoice.http.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The OpenAPI document, at {@code /q/openapi}. A file, which a test compares with the code: an extension that makes it from
 * the code makes it anew at each start, which took a seventh of the processor time of a start.
 */
@ApplicationScoped
class OpenApiDocument {

    private static final String PATH = "/q/openapi";

    void route(@Observes Router router) {
        router.get(PATH).handler(OpenApiDocument::answer);
        router.head(PATH).handler(OpenApiDocument::answer);
    }

    private static void answer(RoutingContext http) {
        http.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(read());
    }

    /** Each time, since it is read seldom. */
    private static Buffer read() {
        try (InputStream file = Thread.currentThread().getContextClassLoader().getResourceAsStream("openapi.json")) {
            if (file == null) {
                throw new IllegalStateException("openapi.json is missing");
            }
            return Buffer.buffer(file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
