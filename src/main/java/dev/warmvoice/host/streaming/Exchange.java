package dev.warmvoice.host.streaming;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.warmvoice.host.BufferedHttp;
import dev.warmvoice.host.FunctionUrlRequest;
import dev.warmvoice.host.InvalidEventException;
import dev.warmvoice.host.InvocationDeadline;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One event, its request to the HTTP server of this process, and its answer. To be used on one event loop. */
final class Exchange {

    /** Headers that are about a connection; each of the two here has its own. */
    private static final Set<String> OF_A_CONNECTION = Set.of("connection", "keep-alive", "te", "trailer",
            "transfer-encoding", "upgrade", "expect", "content-length");

    private final Invocation invocation;
    private final StreamedResponse response;
    private final BufferedHttp errors;
    /** Null until it is sent. */
    private @Nullable HttpClientRequest request;
    private boolean late;

    Exchange(Invocation invocation, StreamedResponse response, BufferedHttp errors) {
        this.invocation = invocation;
        this.response = response;
        this.errors = errors;
    }

    /**
     * Has the event answered.
     *
     * @param events reads an event
     * @return completes when Lambda has taken the whole answer, or fails
     */
    Future<Void> run(Vertx vertx, HttpClient server, ObjectReader events) {
        FunctionUrlRequest call;
        try {
            call = FunctionUrlRequest.of(event(events));
        } catch (InvalidEventException e) {
            return fail(400, e.getMessage());
        }
        long deadline = vertx.setTimer(Math.max(1, InvocationDeadline.left(invocation.deadlineMillis()).toMillis()),
                due -> expire());
        response.accepted().onFailure(gone -> stop());
        return server.request(options(call))
                .compose(opened -> send(opened, call.body()))
                .transform(head -> head.succeeded()
                        ? stream(head.result())
                        : fail(late ? 504 : 503, late
                                ? "There was no answer before the function's timeout."
                                : "The server broke off before it answered."))
                .onComplete(done -> vertx.cancelTimer(deadline));
    }

    private APIGatewayV2HTTPEvent event(ObjectReader events) throws InvalidEventException {
        try {
            return events.readValue(invocation.event().getBytes());
        } catch (IOException e) {
            throw FunctionUrlRequest.noRequest();
        }
    }

    private static RequestOptions options(FunctionUrlRequest call) {
        RequestOptions options = new RequestOptions().setMethod(HttpMethod.valueOf(call.method()))
                .setURI(call.query().isEmpty() ? call.path() : call.path() + "?" + call.query());
        call.headers().forEach((name, value) -> {
            if (!OF_A_CONNECTION.contains(name)) {
                options.addHeader(name, value);
            }
        });
        return options;
    }

    private Future<HttpClientResponse> send(HttpClientRequest opened, byte[] body) {
        request = opened;
        return opened.send(Buffer.buffer(body));
    }

    private Future<Void> stream(HttpClientResponse answer) {
        Map<String, String> headers = new TreeMap<>();
        answer.headers().forEach((name, value) -> {
            if (!OF_A_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                headers.merge(name, value, (one, other) -> one + ", " + other);
            }
        });
        response.start(answer.statusCode(), headers);
        return answer.pipe().endOnFailure(false).to(response)
                .recover(failure -> late
                        ? response.breakOff("Warmvoice.Timeout",
                                "The answer was cut off before the function's timeout.")
                        : response.breakOff("Warmvoice.Incomplete", "The answer is not complete."));
    }

    private Future<Void> fail(int status, String message) {
        BufferedHttp.Answer answer = errors.error(status, message);
        response.start(answer.status(), answer.headers());
        response.write(Buffer.buffer(answer.body()));
        return response.end();
    }

    private void expire() {
        late = true;
        stop();
    }

    /** Ends the connection of the request, which stops what was begun for it. */
    private void stop() {
        if (request != null) {
            request.reset();
        }
    }
}
