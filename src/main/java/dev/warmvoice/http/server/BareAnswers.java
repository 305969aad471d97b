package dev.warmvoice.http.server;

import dev.warmvoice.http.error.ErrorResponse;
import dev.warmvoice.http.error.ErrorWriter;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * The form of what the HTTP server answers by itself, before there is a request for any route: that has a status only. Only
 * Quarkus, which creates the server, could set its handler for invalid requests, so {@link BareAnswersExtension} completes
 * these answers on their way out.
 */
@Singleton
class BareAnswers implements HttpServerOptionsCustomizer {

    /** Netty makes its extension by itself, so there is no other way to it. */
    private static volatile @Nullable BareAnswers current;

    private final ErrorWriter errors;
    private final HttpServer server;

    BareAnswers(ErrorWriter errors, HttpServer server) {
        this.errors = errors;
        this.server = server;
    }

    /** Makes Netty look for its extensions. It does once, when the first server starts. */
    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        System.setProperty(ChannelInitializerExtension.EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    }

    void start(@Observes StartupEvent start) {
        current = this;
    }

    /** The form for the server on this port; null if it is not the application's. */
    static @Nullable BareAnswers of(int port) {
        BareAnswers form = current;
        return form != null && form.server.getPort() == port ? form : null;
    }

    /** The answer instead of one with this status. */
    ErrorResponse answer(int status) {
        return switch (status) {
            case 400 -> ErrorResponse.of(400,
                    "The request is not valid HTTP: check the request line, the headers and the escapes in the path.");
            case 404 -> ErrorResponse.of(404, "There is nothing at this path.");
            case 501, 505 -> ErrorResponse.of(505, "The HTTP version of the request must be 1.1 or 1.0.");
            default -> ErrorResponse.of(status, "The request is not one that this server can answer.");
        };
    }

    String toJson(ErrorResponse answer) {
        return errors.toJson(answer);
    }
}
