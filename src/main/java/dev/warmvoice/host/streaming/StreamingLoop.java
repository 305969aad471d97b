package dev.warmvoice.host.streaming;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.warmvoice.host.BufferedHttp;
import dev.warmvoice.host.Host;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.HttpServerStart;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import org.jboss.logging.Logger;

/**
 * Polls for events and has each one answered before the next, which is as Lambda gives them out. Does nothing on any
 * other host.
 */
@ApplicationScoped
class StreamingLoop {

    private static final Logger LOG = Logger.getLogger(StreamingLoop.class);
    /** Far less than the server keeps a connection, so that none is used which it is about to close. */
    private static final int KEEP_ALIVE_SECONDS = 10;

    private final Vertx vertx;
    private final BufferedHttp errors;
    private final ObjectReader events;
    private volatile boolean ending;

    StreamingLoop(Vertx vertx, BufferedHttp errors, ObjectMapper json) {
        this.vertx = vertx;
        this.errors = errors;
        this.events = json.readerFor(APIGatewayV2HTTPEvent.class);
    }

    void start(@ObservesAsync HttpServerStart started, Host host, HttpServer server) {
        if (host == Host.LAMBDA_STREAMING) {
            RuntimeApi api = new RuntimeApi(vertx, System.getenv("AWS_LAMBDA_RUNTIME_API"));
            HttpClient http = vertx.createHttpClient(new HttpClientOptions().setDefaultHost("127.0.0.1")
                    .setDefaultPort(server.getPort()).setKeepAliveTimeout(KEEP_ALIVE_SECONDS));
            vertx.getOrCreateContext().runOnContext(begin -> poll(api, http));
        }
    }

    void stop(@Observes ShutdownDelayInitiatedEvent signal) {
        ending = true;
    }

    private void poll(RuntimeApi api, HttpClient server) {
        if (!ending) {
            api.next().onSuccess(invocation -> answer(api, server, invocation)
                    .onFailure(e -> LOG.warnf("Lambda did not take the whole answer of %s: %s", invocation,
                            e.getMessage()))
                    .onComplete(answered -> poll(api, server)))
                    .onFailure(this::end);
        }
    }

    private Future<Void> answer(RuntimeApi api, HttpClient server, Invocation invocation) {
        return api.respond(invocation)
                .compose(response -> new Exchange(invocation, response, errors).run(vertx, server, events));
    }

    /** Without the Runtime API the process is of no use: Lambda starts another instead of one that has ended. */
    private void end(Throwable failure) {
        if (!ending) {
            LOG.errorf("The Runtime API cannot be polled: %s", failure.getMessage());
            Quarkus.asyncExit(1);
        }
    }
}
