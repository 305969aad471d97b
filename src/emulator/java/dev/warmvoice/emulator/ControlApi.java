package dev.warmvoice.emulator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Faults and state by REST, for an emulator that runs as its own process:
 *
 * <ul>
 * <li>{@code POST /faults} with a fault, {@code DELETE /faults};
 * <li>{@code POST /connections/cut} with {@code {"how":"fin"}};
 * <li>{@code POST /keys} with {@code {"accept":["k"]}}, and perhaps {@code "cut":"rst"} for connections of other keys;
 * <li>{@code GET /state}.
 * </ul>
 *
 * Lives on the event loop.
 */
final class ControlApi {

    private final EmulatorContext service;
    private final Handshakes handshakes;
    private final AcceptedKeys keys;

    ControlApi(EmulatorContext service, Handshakes handshakes, AcceptedKeys keys) {
        this.service = service;
        this.handshakes = handshakes;
        this.keys = keys;
    }

    void receive(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            Answer answer = answer(request.method() + " " + request.path(), body);
            request.response().setStatusCode(answer.status()).putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(answer.body().encode());
        });
    }

    /** @param call method and path, such as {@code GET /state} */
    private Answer answer(String call, Buffer body) {
        try {
            return switch (call) {
                case "POST /faults" -> {
                    FaultJson.apply(new JsonObject(body), service.faults());
                    yield new Answer(200, state());
                }
                case "DELETE /faults" -> {
                    service.faults().clear();
                    yield new Answer(200, state());
                }
                case "POST /connections/cut" -> {
                    int cut = handshakes.cutIdle(how(new JsonObject(body)));
                    yield new Answer(200, new JsonObject().put("cut", cut));
                }
                case "POST /keys" -> new Answer(200, new JsonObject().put("cut", accept(new JsonObject(body))));
                case "GET /state" -> new Answer(200, state());
                default -> error(404,
                        "there are POST /faults, DELETE /faults, POST /connections/cut, POST /keys, GET /state, POST "
                                + TokenApi.PATH + " and the WebSocket " + Handshakes.PATH);
            };
        } catch (IllegalArgumentException | DecodeException e) {
            return error(400, e.getMessage());
        }
    }

    /** @return how many connections were cut */
    private int accept(JsonObject body) {
        if (!(body.getValue("accept") instanceof JsonArray accepted)
                || !accepted.stream().allMatch(String.class::isInstance)) {
            throw new IllegalArgumentException("accept must be a list of keys");
        }
        Cut how = body.containsKey("cut") ? FaultJson.constant(Cut.class, "cut", body.getValue("cut")) : null;
        keys.accept(accepted.stream().map(String.class::cast).toList());
        return how == null ? 0 : handshakes.cutUnaccepted(how);
    }

    private static Cut how(JsonObject body) {
        return FaultJson.constant(Cut.class, "how", body.getValue("how"));
    }

    private static Answer error(int status, String message) {
        return new Answer(status, new JsonObject().put("error", message));
    }

    /** What a call has come to. */
    private record Answer(int status, JsonObject body) {
    }

    private JsonObject state() {
        Journal journal = service.journal();
        var faults = new JsonArray();
        service.faults().pending().forEach(pending -> faults.add(FaultJson.of(pending)));
        return new JsonObject()
                .put("connections",
                        new JsonObject().put("open", journal.connectionsOpen()).put("closed",
                                journal.connectionsClosed()))
                .put("handshakes",
                        new JsonObject().put("attempted", journal.handshakesAttempted())
                                .put("accepted", journal.handshakesAccepted())
                                .put("refused", journal.handshakesRefused()))
                .put("tasks",
                        new JsonObject().put("running", journal.tasksRunning()).put("started", journal.tasksStarted())
                                .put("finished", journal.tasksFinished()).put("failed", journal.tasksFailed())
                                .put("throttled", journal.tasksThrottled())
                                .put("cancelled", journal.tasksCancelled())
                                .put("abandoned", journal.tasksAbandoned()))
                .put("faults", faults);
    }
}
