package dev.warmvoice.simulation;

import dev.warmvoice.dashscope.Connection;
import dev.warmvoice.dashscope.ServiceFailures;
import dev.warmvoice.dashscope.Task;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskListener;
import dev.warmvoice.dashscope.TaskSpec;
import dev.warmvoice.dashscope.Usage;
import dev.warmvoice.time.Workers.Cancellable;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * A connection that behaves like {@code SdkConnection}: one reader, which blocks while a listener has no room; one end,
 * reported by the first to claim it, possibly from within {@link #cancel}. The other side is the scripted service.
 */
final class ScriptedConnection implements Connection {

    /** The max length of a freeze that may go unnoticed. */
    private static final long UNNOTICED_NANOS = 2_300_000_000L;

    private final ScriptedService service;
    private final VirtualTime time;
    private final int number;
    private final CompletableFuture<Connection> opened;
    // State of the process.
    private final Queue<Runnable> inbox = new ArrayDeque<>();
    private boolean reading;
    private boolean open;
    private boolean ended;
    private boolean cancelled;
    private RunningTask current;
    // State of the network and the service.
    private boolean vanished;
    private boolean closedByService;
    private boolean closedByClient;
    private long lastArrival;
    private long lastDeparture;
    private Cancellable idleClose = () -> {
    };
    private ServiceTask serving;
    /** The time of the answer to the handshake, or of the latest task end that the process noticed. */
    private long provenAt;
    /** The send time of the latest answered ping. */
    private long pongProves = Long.MIN_VALUE;
    private final long answeredAt;
    private final int key;
    private long openedAt;
    private long closeArrivedAt = Long.MAX_VALUE;

    ScriptedConnection(ScriptedService service, int number, CompletableFuture<Connection> opened) {
        this.service = service;
        this.time = service.time;
        this.number = number;
        this.opened = opened;
        this.answeredAt = time.now();
        this.key = service.key();
        this.provenAt = time.now();
    }

    /** Completes the handshake. */
    void answer() {
        arrive(() -> {
            if (ended) {
                return;
            }
            open = true;
            openedAt = time.now();
            if (openedAt - answeredAt < UNNOTICED_NANOS) {
                provenAt = openedAt;
            }
            if (!opened.complete(this)) {
                cancel();
            }
        });
        idle(false);
    }

    int number() {
        return number;
    }

    long answeredAt() {
        return answeredAt;
    }

    /** The time at which the process noticed the answer. */
    long openedAt() {
        return openedAt;
    }

    long provenAt() {
        return provenAt;
    }

    long pongProves() {
        return pongProves;
    }

    @Override
    public boolean hasOldKey() {
        return key != service.key();
    }

    /** Whether the connection is open as far as the process knows. */
    boolean isHeld() {
        return open;
    }

    boolean wasCancelled() {
        return cancelled;
    }

    boolean isRunning() {
        return current != null;
    }

    /** Whether the connection waits for the service to stop a cancelled task. */
    boolean isStopping() {
        return current != null && current.cancelling;
    }

    /** The time at which the service's close reached this machine; far in the future if it did not. */
    long closeArrivedAt() {
        return closeArrivedAt;
    }

    /** Whether the connection holds no resources of the process. */
    boolean isGone() {
        return ended;
    }

    void vanish() {
        if (!vanished) {
            service.trace.note("connection", number, "vanishes", null);
        }
        vanished = true;
    }

    /** Whether the connection is dead without notice to either end. */
    boolean isSilent() {
        return vanished && open;
    }

    boolean isWellAtBothEnds() {
        return open && !vanished && !closedByService;
    }

    // The process's side.

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public Task start(TaskSpec spec, String text, TaskListener listener) {
        if (current != null) {
            service.laws.broken("a task begins on a busy connection", "connection " + number);
            throw new IllegalStateException("a connection runs one task at a time");
        }
        RunningTask task = new RunningTask(service.nextTask(), spec, listener);
        service.laws.taskStarts(this, task.id, spec, text);
        service.trace.note("task", task.id, "starts on connection " + number + " for request", spec.seed());
        current = task;
        if (!open) {
            end(ScriptedService.failure(Reason.DISCONNECTED, "The connection was closed before the task began."));
            return task;
        }
        time.execute(() -> {
            if (task.cancelling) {
                cancelled(task);
            } else if (!task.over) {
                task.submitted = true;
                toService(() -> serviceRuns(task));
                service.laws.moment("run-task");
            }
        });
        task.firstText = text;
        return task;
    }

    @Override
    public void ping(Runnable answered) {
        long sent = time.now();
        if (service.weather.answersPings()) {
            toService(() -> toProcess(() -> {
                pongProves = sent;
                answered.run();
            }));
        }
    }

    @Override
    public void cancel() {
        boolean couldBeKept = current != null && !vanished && service.laws.isQuiet()
                && service.weather.cancel() == Weather.Cancel.STOPS;
        if (couldBeKept && open) {
            service.laws.broken("a connection is closed although the service would stop its task",
                    "connection " + number);
        }
        cancelled = true;
        end(ScriptedService.failure(Reason.CANCELLED, "The task was cancelled."));
    }

    private void end(TaskFailedException why) {
        open = false;
        boolean wasOpen = !ended;
        ended = true;
        inbox.clear();
        RunningTask task = current;
        boolean first = task != null && task.claimEnd();
        if (wasOpen) {
            service.trace.note("connection", number, "ends", why.reason());
            toService(() -> {
                closedByClient = true;
                idleClose.cancel();
            });
        }
        if (first) {
            service.trace.note("task", task.id, "fails", why.reason());
            service.laws.taskFailed(task.spec, this, task.id, why.reason());
            task.listener.onFailed(why);
        }
    }

    /** Delivers a message from the service to the reader. */
    private void arrive(Runnable message) {
        inbox.add(message);
        read(service.readerLag());
    }

    private void read(long lag) {
        if (!reading) {
            reading = true;
            time.process(lag, this::readOne);
        }
    }

    private void readOne() {
        reading = false;
        if (inbox.isEmpty()) {
            return;
        }
        RunningTask task = current;
        if (task != null && !task.over && !task.cancelling && !task.listener.hasRoom()) {
            // The reader is blocked until resume() or the end.
            return;
        }
        inbox.remove().run();
        if (!inbox.isEmpty()) {
            read(service.random.nextLong(1_000, 50_000));
        }
    }

    // The network.

    private void toService(Runnable message) {
        if (service.weather.isBlackHole()) {
            vanish();
        }
        if (vanished) {
            return;
        }
        lastDeparture = Math.max(lastDeparture + 1, time.now() + service.weather.latencyNanos());
        time.world(lastDeparture - time.now(), () -> {
            if (!vanished && !closedByClient && !closedByService) {
                message.run();
            } else if (!vanished && closedByService && !ended) {
                toProcess(this::closed);
            }
        });
    }

    private void toProcess(Runnable message) {
        if (service.weather.isBlackHole()) {
            vanish();
        }
        if (vanished) {
            return;
        }
        lastArrival = Math.max(lastArrival + 1, time.now() + service.weather.latencyNanos());
        time.world(lastArrival - time.now(), () -> {
            if (!vanished && !ended) {
                arrive(message);
            }
        });
    }

    private void closed() {
        end(ScriptedService.failure(Reason.DISCONNECTED, "the service closed the connection"));
    }

    // The service's side.

    private void idle(boolean afterTask) {
        idleClose.cancel();
        idleClose = time.world(service.weather.idleNanos(afterTask), () -> serviceCloses("idle"));
        if (service.weather.vanishes()) {
            time.world(service.random.nextLong(60_000_000_000L), this::vanish);
        }
    }

    void serviceCloses(String why) {
        if (closedByService || closedByClient) {
            return;
        }
        service.trace.note("connection", number, "is closed by the service", why);
        toProcess(this::closed);
        if (!vanished) {
            long arrival = lastArrival;
            time.world(lastArrival - time.now(), () -> {
                if (!vanished) {
                    closeArrivedAt = Math.min(closeArrivedAt, arrival);
                }
            });
        }
        closedByService = true;
        serving = null;
    }

    private void serviceRuns(RunningTask task) {
        idleClose.cancel();
        if (serving != null) {
            service.laws.broken("a task arrives on a busy connection", "connection " + number);
            return;
        }
        serving = new ServiceTask(this, service, task.id, task.spec);
        serving.run();
    }

    /** Sends task-started and the first text. */
    void started(int id) {
        service.laws.moment("task-started");
        toProcess(() -> {
            RunningTask task = expect(id);
            if (task != null && task.cancelling) {
                task.started = true;
                task.sendCancel();
            } else if (task != null && !task.over) {
                task.started = true;
                service.laws.taskAnswered(task.spec, id);
                task.listener.onStarted("task-" + id);
                if (!task.cancelling) {
                    time.execute(task::sendFirstText);
                }
            }
        });
    }

    void frame(int id, int sequence, int bytes) {
        toProcess(() -> {
            RunningTask task = current;
            if (task != null && task.cancelling) {
                return;
            }
            if (task == null || !task.started) {
                end(ScriptedService.failure(Reason.PROTOCOL, "The service sent audio outside of a task."));
                return;
            }
            task.audible = true;
            if (!task.over) {
                ByteBuffer frame = ByteBuffer.allocate(bytes).putInt(0, id).putInt(4, sequence).asReadOnlyBuffer();
                task.frames++;
                service.laws.frameArrives(task.spec, id);
                if (sequence == 1) {
                    service.laws.moment("first audio");
                }
                task.listener.onAudio(frame);
            }
        });
    }

    void garbage(int id) {
        toProcess(() -> end(ScriptedService.failure(Reason.PROTOCOL, "The service sent a message of another task.")));
    }

    void finished(int id) {
        serving = null;
        idle(true);
        service.laws.moment("task-finished");
        toProcess(() -> {
            RunningTask task = expect(id);
            if (task == null) {
                return;
            }
            if (task.cancelling) {
                cancelled(task);
                return;
            }
            current = null;
            provenAt = time.now();
            if (!task.audible) {
                if (task.claimEnd()) {
                    service.laws.taskFailed(task.spec, this, id, Reason.SERVICE);
                    task.listener.onFinishedWithoutAudio();
                }
            } else if (task.claimEnd()) {
                service.trace.note("task", id, "finishes", null);
                service.laws.taskFinished(task.spec, id);
                task.listener.onFinished(new Usage(id, 0, 0));
            }
        });
    }

    /** Ends a cancelled task, or one that never reached the service. */
    private void cancelled(RunningTask task) {
        current = null;
        provenAt = time.now();
        if (task.claimEnd()) {
            service.trace.note("task", task.id, "is stopped", null);
            service.laws.taskStopped(task.spec, task.id);
            task.listener.onCancelled();
        }
    }

    private void serviceCancels(RunningTask task) {
        if (serving != null && serving.id() == task.id) {
            serving.cancel();
        }
    }

    void failed(int id, Reason reason, String code) {
        toProcess(() -> {
            if (expect(id) != null) {
                end(ServiceFailures.of(reason, code));
            }
        });
        serving = null;
        time.world(10_000_000, () -> serviceCloses("after task-failed"));
    }

    private RunningTask expect(int id) {
        RunningTask task = current;
        if (task == null || task.id != id) {
            end(ScriptedService.failure(Reason.PROTOCOL, "The service sent a message of another task."));
            return null;
        }
        return task;
    }

    /** A task on the side of the process. */
    private final class RunningTask implements Task {

        private final int id;
        private final TaskSpec spec;
        private final TaskListener listener;
        private String firstText;
        private boolean started;
        private boolean audible;
        private boolean textWanted;
        private boolean textFinished;
        private boolean submitted;
        private boolean cancelling;
        private boolean over;
        private int frames;

        RunningTask(int id, TaskSpec spec, TaskListener listener) {
            this.id = id;
            this.spec = spec;
            this.listener = listener;
        }

        boolean claimEnd() {
            boolean first = !over;
            over = true;
            return first;
        }

        private void sendFirstText() {
            if (over || cancelling) {
                return;
            }
            String text = firstText;
            toService(() -> receive(text, spec.ssml()));
            service.laws.textSent(spec, id, text);
            textFinished = spec.ssml();
            if (service.random.nextInt(4) == 0) {
                // The starter's thread may be slow: audio, or all of it, may arrive first.
                time.execute(this::wantText);
            } else {
                wantText();
            }
        }

        private void wantText() {
            if (!over && !cancelling || service.random.nextInt(10) == 0) {
                textWanted = true;
                listener.onTextWanted();
            }
        }

        @Override
        public void send(String text) {
            check(text, "text");
            if (!over && !cancelling) {
                service.laws.textSent(spec, id, text);
                toService(() -> receive(text, false));
            }
        }

        @Override
        public void finishText() {
            check("finish", "finish");
            textFinished = true;
            if (!over && !cancelling) {
                service.trace.note("task", id, "has all its text", null);
                toService(() -> receive("", true));
            }
        }

        private void check(String text, String what) {
            if (!textWanted) {
                service.laws.broken(what + " is sent before the task requests text", "task " + id);
            } else if (textFinished) {
                service.laws.broken(what + " is sent after the text was finished", "task " + id);
            } else if (text.isEmpty()) {
                service.laws.broken("empty text is sent", "task " + id);
            }
        }

        private void receive(String text, boolean complete) {
            if (serving != null && serving.id() == id) {
                serving.receive(text, complete);
            }
        }

        @Override
        public void flush() {
            check("flush", "flush");
            if (!over && !cancelling) {
                service.laws.flushSent(spec, id);
                toService(() -> {
                    if (serving != null && serving.id() == id) {
                        serving.flush();
                    }
                });
            }
        }

        @Override
        public void cancel() {
            if (over || cancelling) {
                return;
            }
            service.trace.note("task", id, "is cancelled", null);
            cancelling = true;
            service.laws.taskStopping(spec, id);
            resume();
            if (started) {
                sendCancel();
            }
        }

        private void sendCancel() {
            toService(() -> serviceCancels(this));
        }

        @Override
        public void resume() {
            if (!inbox.isEmpty()) {
                read(service.random.nextLong(1_000, 50_000));
            }
        }
    }
}
