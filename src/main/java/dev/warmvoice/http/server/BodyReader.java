package dev.warmvoice.http.server;

import dev.warmvoice.http.error.ErrorResponse;
import dev.warmvoice.http.error.ErrorWriter;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Timers;
import dev.warmvoice.time.Workers.Cancellable;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Reads the body of a POST before anything else looks at it, without a thread that waits, within a size, a time and the
 * {@link BodyBudget} of the process. Of any other request no body is needed, and {@link RequestFlow} bounds what is
 * thrown away.
 */
@ApplicationScoped
public class BodyReader {

    /** From the head of a request to the end of its body. */
    public static final Duration MAX_TIME = Duration.ofSeconds(30);

    private final long maxBytes;
    private final BodyBudget budget;
    private final BodyDecoder decoder;
    private final ErrorWriter errors;
    private final Heartbeat heartbeat;

    BodyReader(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize max, BodyBudget budget,
            BodyDecoder decoder,
            ErrorWriter errors, Heartbeat heartbeat) {
        this.maxBytes = max.asLongValue();
        this.budget = budget;
        this.decoder = decoder;
        this.errors = errors;
        this.heartbeat = heartbeat;
    }

    public void register(@Observes Filters filters) {
        filters.register(this::check, FilterOrder.BODY);
    }

    /** Whether a body is announced. */
    public static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return (length != null && !length.equals("0")) || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    }

    private void check(RoutingContext http) {
        HttpServerRequest request = http.request();
        long announced = announced(request);
        if (announced > maxBytes) {
            refuseAndClose(http, tooLarge());
        } else if (!request.method().equals(HttpMethod.POST) || !hasBody(request) || request.isEnded()) {
            http.next();
        } else if (!budget.hasRoomFor(announced)) {
            refuse(http, ErrorResponse.tooManyBodies(budget.max()));
        } else {
            new Reading(http).begin();
        }
    }

    /** In bytes; 0 if nothing is. */
    private static long announced(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            return 0;
        }
        return length.length() < 19 ? Long.parseLong(length) : Long.MAX_VALUE;
    }

    private ErrorResponse tooLarge() {
        return ErrorResponse.of(413, "The request body must be at most " + maxBytes + " bytes.");
    }

    /** What is still to come is thrown away, and the connection good for another try. */
    private void refuse(RoutingContext http, ErrorResponse answer) {
        http.request().resume();
        errors.write(answer, http.response());
    }

    /** The same, but the connection is closed after what is still to come. */
    private void refuseAndClose(RoutingContext http, ErrorResponse answer) {
        http.request().resume();
        errors.write(answer, http.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE))
                .onComplete(sent -> http.request().connection().close());
    }

    /** One body on its way. */
    private final class Reading {

        private final RoutingContext http;
        /** That of a pipelined request is not the one its bytes come on. */
        private final Context context = EventLoop.current().context();
        private final BodyBudget.Share share = budget.share();
        private Buffer body = Buffer.buffer();
        private Cancellable timer = Cancellable.NONE;
        private boolean over;

        Reading(RoutingContext http) {
            this.http = http;
        }

        void begin() {
            RequestEnd.then(http, share::close);
            timer = new Timers(heartbeat, EventLoop.current()).after(MAX_TIME, () -> {
                if (stop()) {
                    refuseAndClose(http,
                            ErrorResponse.of(408,
                                    "The request body must arrive within " + MAX_TIME.toSeconds() + " s."));
                }
            });
            HttpServerRequest request = http.request();
            request.exceptionHandler(cutOff -> stop());
            if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
                http.response().writeContinue();
            }
            request.handler(this::onBytes).endHandler(end -> onEnd()).resume();
        }

        private void onBytes(Buffer more) {
            if (over) {
                return;
            }
            if (body.length() + more.length() > maxBytes) {
                stop();
                refuseAndClose(http, tooLarge());
            } else if (share.take(more.length())) {
                body.appendBuffer(more);
            } else {
                stop();
                refuse(http, ErrorResponse.tooManyBodies(budget.max()));
            }
        }

        private void onEnd() {
            if (!over) {
                over = true;
                timer.cancel();
                if (!decode()) {
                    return;
                }
                ((RoutingContextInternal) http).setBody(body);
                if (context == Vertx.currentContext()) {
                    http.next();
                } else {
                    context.runOnContext(read -> http.next());
                }
            }
        }

        /** Returns false if the body cannot be decoded, which has been answered then. */
        private boolean decode() {
            List<String> encodings = http.request().headers().getAll(HttpHeaders.CONTENT_ENCODING);
            if (encodings.isEmpty()) {
                return true;
            }
            try {
                Buffer decoded = Buffer.buffer(decoder.decode(String.join(", ", encodings), body.getBytes()));
                if (share.take(Math.max(0, decoded.length() - body.length()))) {
                    body = decoded;
                    return true;
                }
                refuse(http, ErrorResponse.tooManyBodies(budget.max()));
            } catch (RuntimeException e) {
                refuse(http, ErrorResponse.of(e));
            }
            return false;
        }

        /** Frees the memory, as the rest may be long in coming. Returns whether it was still going on. */
        private boolean stop() {
            boolean wasGoingOn = !over;
            over = true;
            timer.cancel();
            if (wasGoingOn) {
                body = Buffer.buffer();
                share.close();
            }
            return wasGoingOn;
        }
    }
}
