package dev.warmvoice.emulator;

import dev.warmvoice.emulator.Journal.HandshakeEntry;
import dev.warmvoice.emulator.Journal.TaskEntry;

import dev.warmvoice.emulator.voice.Send;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

import java.time.Duration;

/**
 * One WebSocket and the rules of the protocol on it: one task at a time, a new id each, and the end after
 * task-failed. Lives on the event loop.
 */
final class ServerConnection implements ServerTask.Ending {

    private static final JsonObject NOTHING = new JsonObject();

    private final EmulatorContext service;
    private final ClientSocket socket;
    private final HandshakeEntry journal;
    private final int number;
    private final long acceptedNanos = System.nanoTime();
    private final Timer idleTimer;
    private final Duration idleTime;
    private final Cut idleCut;

    private ServerTask task;
    private String lastTaskId;

    ServerConnection(EmulatorContext service, ClientSocket socket, HandshakeEntry journal, Fault.IdleCut fault) {
        this.service = service;
        this.socket = socket;
        this.journal = journal;
        this.number = journal.accepted();
        this.idleTimer = service.speakers().timer();
        this.idleTime = fault == null ? service.options().idleClose() : fault.after();
        this.idleCut = fault == null ? Cut.CLOSE_FRAME : fault.how();
        restartIdleTimer();
    }

    /** @return whether it is open and without a task */
    boolean isIdle() {
        return task == null && !socket.isCut();
    }

    void cut(Cut how) {
        idleTimer.cancel();
        if (task != null) {
            task.halt();
        }
        socket.cut(how);
    }

    /** The client has caught up with what it was sent. */
    void drained() {
        if (task != null) {
            task.proceed();
        }
    }

    void closed() {
        idleTimer.cancel();
        journal.closed();
        if (task != null) {
            task.halt();
            task.journal().abandoned();
            task = null;
        }
    }

    void receive(String message) {
        // What was still on its way when the connection was given up.
        if (socket.isCut()) {
            return;
        }
        String id = "";
        try {
            JsonObject json = new JsonObject(message);
            JsonObject header = object(json, "header");
            JsonObject payload = object(json, "payload");
            id = header.getValue("task_id") instanceof String given ? given : "";
            String action = String.valueOf(header.getValue("action"));
            switch (action) {
                case "run-task" -> run(id, header, payload);
                case "continue-task" -> running(action).take(send(input(payload)));
                case "finish-task" -> finish(running(action), input(payload));
                default -> throw ProtocolException.invalidAction(action);
            }
        } catch (DecodeException e) {
            fail(id, ProtocolException.invalidParameter("The message is not JSON."));
        } catch (ProtocolException e) {
            fail(id, e);
        }
    }

    void receiveBinary() {
        if (!socket.isCut()) {
            fail("", ProtocolException.invalidParameter("Speech synthesis takes no binary messages."));
        }
    }

    private void run(String id, JsonObject header, JsonObject payload) throws ProtocolException {
        JsonObject parameters = object(payload, "parameters");
        String model = payload.getValue("model") instanceof String given ? given : null;
        TaskEntry entry = service.journal().task(number, acceptedNanos, id, model, parameters);
        try {
            if (task != null) {
                throw ProtocolException.invalidAction("run-task");
            }
            if (id.isEmpty() || id.equals(lastTaskId)) {
                throw ProtocolException.invalidParameter("task_id must be new for each task.");
            }
            if (!"duplex".equals(header.getValue("streaming"))) {
                throw ProtocolException.invalidParameter("streaming must be duplex.");
            }
            input(payload);
            RunTask request = RunTask.parse(payload);
            if (!service.taskRates().admits(request.speech().model(), System.nanoTime())) {
                throw ProtocolException.throttled();
            }
            idleTimer.cancel();
            lastTaskId = id;
            TaskFaults faults = TaskFaults.draw(service.faults(), service.options());
            entry.drew(faults.failure());
            task = new ServerTask(id, request, faults,
                    service.options().textTimeout(), socket, service.speakers(), entry, this);
        } catch (ProtocolException e) {
            entry.failed(e.code());
            throw e;
        }
        task.run();
    }

    private static void finish(ServerTask task, JsonObject input) throws ProtocolException {
        if ("cancel".equals(input.getValue("directive"))) {
            task.cancel();
        } else {
            task.finish();
        }
    }

    /** Which task a message names does not matter: the service does not refuse the id of another one. */
    private ServerTask running(String action) throws ProtocolException {
        if (task == null) {
            throw ProtocolException.invalidAction(action);
        }
        return task;
    }

    @Override
    public void finished() {
        task = null;
        restartIdleTimer();
    }

    @Override
    public void failed(ProtocolException failure) {
        fail(task.id(), failure);
    }

    /** The vendor says of task-failed that the service closes the connection after it. */
    private void fail(String id, ProtocolException failure) {
        if (task != null) {
            task.halt();
            task.journal().failed(failure.code());
            task = null;
        }
        socket.send(Events.taskFailed(id, failure));
        cut(Cut.CLOSE_FRAME);
    }

    /** Gives an idle connection all of its time again. */
    void prolong() {
        if (isIdle()) {
            restartIdleTimer();
        }
    }

    private void restartIdleTimer() {
        idleTimer.set(idleTime, () -> cut(idleCut));
    }

    private static JsonObject input(JsonObject payload) throws ProtocolException {
        if (payload.getValue("input") instanceof JsonObject input) {
            return input;
        }
        throw ProtocolException.missing("payload.input");
    }

    private static Send send(JsonObject input) throws ProtocolException {
        boolean flush = Boolean.TRUE.equals(input.getValue("flush"));
        if (input.getValue("text", flush ? "" : null) instanceof String text) {
            return new Send(text, flush);
        }
        throw ProtocolException.invalidParameter("input.text is required.");
    }

    private static JsonObject object(JsonObject parent, String key) {
        return parent.getValue(key) instanceof JsonObject child ? child : NOTHING;
    }
}
