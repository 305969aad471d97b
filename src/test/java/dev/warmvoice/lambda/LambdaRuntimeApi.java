package dev.warmvoice.lambda;

import dev.warmvoice.testing.ObservedOutput;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lambda's Runtime API for one function instance, over a real socket, with the platform's statuses, headers and limits.
 * It delivers one event at a time, and the next one only after the answer or the deadline of the previous one. Unlike
 * the platform, it does not kill a process that misses its deadline: the test checks for that. Thread-safe.
 */
public final class LambdaRuntimeApi implements AutoCloseable {

    /** The max size of an answer in bytes, from the platform's own error message. */
    public static final int MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100;

    private static final String RESPONSE_MODE = "Lambda-Runtime-Function-Response-Mode";
    private static final String RUNTIME = "/2018-06-01/runtime/";
    private static final Pattern ANSWER = Pattern.compile(RUNTIME + "invocation/([^/]+)/(response|error)");

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(1).setUseDaemonThread(true).setFileSystemOptions(
                    new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    private final HttpServer server;
    private final Duration timeout;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger responses = new AtomicInteger();
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();

    private final Deque<LambdaInvocation> queue = new ArrayDeque<>();
    /** The delivered event without an answer yet; null if there is none. */
    private LambdaInvocation current;
    /** The function's pending poll; null if it does not poll. */
    private HttpServerRequest next;
    private CompletableFuture<Void> idle = new CompletableFuture<>();

    /** @param timeout the function's timeout, from event to deadline */
    LambdaRuntimeApi(Duration timeout) {
        this.timeout = timeout;
        // With HTTP/1.1 only, the server counts a connection at once, even without a request.
        server = vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0)
                .setHttp2ClearTextEnabled(false))
                .connectionHandler(connection -> connections.incrementAndGet()).requestHandler(this::dispatch);
        server.listen().toCompletionStage().toCompletableFuture().join();
    }

    /** The value of {@code AWS_LAMBDA_RUNTIME_API}. */
    public String address() {
        return "127.0.0.1:" + server.actualPort();
    }

    public CompletableFuture<LambdaInvocation.Outcome> invoke(JsonObject event) {
        return invoke(event.encode());
    }

    /** Queues an event, which may be any JSON. */
    public CompletableFuture<LambdaInvocation.Outcome> invoke(String event) {
        return queue(event).outcome();
    }

    /** Queues an event, which may be any JSON. */
    public LambdaInvocation queue(String event) {
        LambdaInvocation invocation = new LambdaInvocation(UUID.randomUUID().toString(), Buffer.buffer(event));
        synchronized (this) {
            queue.add(invocation);
            if (idle.isDone()) {
                idle = new CompletableFuture<>();
            }
            handOut();
        }
        return invocation;
    }

    /**
     * Completes when the function polls and no event is queued: the moment at which Lambda freezes it.
     */
    public synchronized CompletableFuture<Void> idle() {
        return idle;
    }

    /** The count of TCP connections so far. */
    public int connections() {
        return connections.get();
    }

    /** The count of accepted answers. */
    public int responses() {
        return responses.get();
    }

    /** The bodies of all errors posted for an invocation or for the start. */
    public List<String> errors() {
        return errors;
    }

    /** The requests answered with a status other than 200 or 202. */
    public List<String> refused() {
        return refused;
    }

    private void dispatch(HttpServerRequest request) {
        Matcher answer = ANSWER.matcher(request.path());
        if (request.method() == HttpMethod.GET && request.path().equals(RUNTIME + "invocation/next")) {
            await(request);
        } else if (request.method() == HttpMethod.POST && answer.matches()) {
            if (request.getHeader(RESPONSE_MODE) != null) {
                stream(request, answer.group(1));
            } else {
                request.body().onSuccess(
                        body -> take(request, answer.group(1), answer.group(2).equals("error"), body));
            }
        } else if (request.method() == HttpMethod.POST && request.path().equals(RUNTIME + "init/error")) {
            request.body().onSuccess(body -> {
                remember(body);
                accept(request);
            });
        } else {
            refuse(request, 404, "NotFound", request.method() + " " + request.path());
        }
    }

    private synchronized void await(HttpServerRequest request) {
        if (current != null) {
            refuse(request, 403, "InvalidStateTransition", "State transition is not allowed");
            return;
        }
        next = request;
        request.response().closeHandler(gone -> left(request));
        handOut();
    }

    private synchronized void left(HttpServerRequest request) {
        if (next == request) {
            next = null;
            idle = new CompletableFuture<>();
        }
    }

    private void handOut() {
        if (next == null || current != null) {
            return;
        }
        if (queue.isEmpty()) {
            idle.complete(null);
            return;
        }
        LambdaInvocation invocation = queue.poll();
        HttpServerRequest request = next;
        current = invocation;
        next = null;
        request.response().putHeader("Content-Type", "application/json")
                .putHeader("Lambda-Runtime-Aws-Request-Id", invocation.id())
                .putHeader("Lambda-Runtime-Deadline-Ms",
                        Long.toString(System.currentTimeMillis() + timeout.toMillis()))
                .putHeader("Lambda-Runtime-Invoked-Function-Arn",
                        "arn:aws:lambda:eu-central-1:123456789012:function:speech")
                .putHeader("Lambda-Runtime-Trace-Id",
                        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0")
                .end(invocation.event());
        vertx.setTimer(timeout.toMillis(), now -> expire(invocation));
    }

    private synchronized void expire(LambdaInvocation invocation) {
        if (current == invocation) {
            end(LambdaInvocation.Kind.TIMEOUT, Buffer.buffer());
        }
    }

    private synchronized void stream(HttpServerRequest request, String id) {
        LambdaInvocation invocation = current;
        String objection = StreamedAnswer.objection(request);
        if (invocation == null) {
            refuse(request, 403, "InvalidStateTransition", "State transition is not allowed");
        } else if (!invocation.id().equals(id)) {
            refuse(request, 400, "InvalidRequestID", "Invalid request ID");
        } else if (objection != null) {
            refuse(request, 400, objection, objection);
        } else {
            StreamedAnswer answer = new StreamedAnswer(request);
            request.handler(part -> check(request, answer.append(part)));
            request.connection().closeHandler(closed -> finish(invocation, LambdaInvocation.Kind.LOST, answer));
            Trailers.of(request, last -> {
                check(request, answer.end(last));
                accept(request);
                finish(invocation, answer.errorType().isPresent()
                        ? LambdaInvocation.Kind.BROKEN_OFF
                        : LambdaInvocation.Kind.RESPONSE, answer);
            });
            invocation.begin(answer);
        }
    }

    private void check(HttpServerRequest request, String objection) {
        if (objection != null) {
            refused.add("400 " + objection + ": " + request.path());
            request.connection().close();
        }
    }

    private synchronized void finish(LambdaInvocation invocation, LambdaInvocation.Kind kind, StreamedAnswer answer) {
        if (current == invocation) {
            if (kind == LambdaInvocation.Kind.RESPONSE) {
                responses.incrementAndGet();
            }
            end(kind, Buffer.buffer(answer.body()));
        }
    }

    private synchronized void take(HttpServerRequest request, String id, boolean isError, Buffer body) {
        if (isError) {
            remember(body);
        }
        if (current == null) {
            refuse(request, 403, "InvalidStateTransition", "State transition is not allowed");
        } else if (!current.id().equals(id)) {
            refuse(request, 400, "InvalidRequestID", "Invalid request ID");
        } else if (!isError && body.length() > MAX_RESPONSE_BYTES) {
            refuse(request, 413, "RequestEntityTooLarge",
                    "Exceeded maximum allowed payload size (" + MAX_RESPONSE_BYTES + " bytes).");
            end(LambdaInvocation.Kind.TOO_LARGE, Buffer.buffer());
        } else {
            if (!isError) {
                responses.incrementAndGet();
            }
            accept(request);
            end(isError ? LambdaInvocation.Kind.ERROR : LambdaInvocation.Kind.RESPONSE, body);
        }
    }

    /** Resets {@code idle} before it completes the outcome, so that a waiting test never sees the old state. */
    private void end(LambdaInvocation.Kind kind, Buffer payload) {
        LambdaInvocation ended = current;
        current = null;
        if (idle.isDone()) {
            idle = new CompletableFuture<>();
        }
        handOut();
        ended.end(kind, payload);
    }

    private void remember(Buffer error) {
        ObservedOutput.say(error.toString());
        errors.add(error.toString());
    }

    private static void accept(HttpServerRequest request) {
        request.response().setStatusCode(202).putHeader("Content-Type", "application/json")
                .end("{\"status\":\"OK\"}\n");
    }

    private void refuse(HttpServerRequest request, int status, String type, String message) {
        refused.add(status + " " + type + ": " + request.path());
        request.response().setStatusCode(status).putHeader("Content-Type", "application/json")
                .end(new JsonObject().put("errorMessage", message).put("errorType", type).toBuffer());
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
