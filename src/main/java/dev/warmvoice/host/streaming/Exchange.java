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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One event, its request to the HTTP server of this process, and its answer. To be used on one event loop. */
final class Exchange {

    /** Headers that are about a connection; each of the two here has its own. */
    private static final Set<String> OF_A_CONNECTION = Set.of("connection", "keep-alive", "te", "trailer",
            "transfer-encoding", "upgrade", "expect", "content-length");

    private static final Pattern TARGET = Pattern.compile("[\\x21-\\x7e]*");

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
        RequestOptions options;
        try {
            call = FunctionUrlRequest.of(event(events));
            options = options(call);
        } catch (InvalidEventException e) {
            return fail(400, e.getMessage());
        }
        long deadline = vertx.setTimer(Math.max(1, InvocationDeadline.left(invocation.deadlineMillis()).toMillis()),
                due -> expire());
        response.accepted().onFailure(gone -> stop());
        return server.request(options)
                .compose(opened -> send(opened, call.request().body()))
                .transform(head -> head.succeeded() ? stream(head.result()) : failed())
                .onComplete(done -> vertx.cancelTimer(deadline));
    }

    private APIGatewayV2HTTPEvent event(ObjectReader events) throws InvalidEventException {
        try {
            return events.readValue(invocation.event().getBytes());
        } catch (IOException e) {
            throw FunctionUrlRequest.noRequest();
        }
    }

    /** @throws InvalidEventException if no HTTP request could be like it */
    private static RequestOptions options(FunctionUrlRequest call) throws InvalidEventException {
        try {
            return checkedOptions(call);
        } catch (IllegalArgumentException e) {
            throw FunctionUrlRequest.noRequest();
        }
    }

    /** Vert.x checks headers here, but methods and targets only when it sends them, too late for an answer. */
    private static RequestOptions checkedOptions(FunctionUrlRequest call) {
        BufferedHttp.Request request = call.request();
        String target = call.query().isEmpty() ? request.path() : request.path() + "?" + call.query();
        if (!TARGET.matcher(target).matches()) {
            throw new IllegalArgumentException("a target has neither spaces nor control characters");
        }
        HttpMethod method = HttpMethod.fromNetty(io.netty.handler.codec.http.HttpMethod.valueOf(request.method()));
        RequestOptions options = new RequestOptions().setMethod(method).setURI(target);
        request.headers().forEach((name, value) -> {
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

    private Future<Void> failed() {
        return late
                ? fail(504, "There was no answer before the function's timeout.")
                : fail(503, "The server broke off before it answered.");
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
