package dev.warmvoice.simulation;

import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.dashscope.TaskSpec;
import dev.warmvoice.simulation.Weather.TaskFate;
import dev.warmvoice.time.Workers.Cancellable;

/** A task on the side of the service: receives text and sends frames, unless its fate is another. */
final class ServiceTask {

    private static final long MILLI = 1_000_000;
    private static final long TEXT_TIMEOUT = 23_000 * MILLI;
    private static final int CHARACTERS_PER_FRAME = 30;

    private final ScriptedConnection connection;
    private final ScriptedService service;
    private final int id;
    private final TaskSpec spec;
    private final TaskFate fate;
    private final int strikesAt;
    /** Whether the task waits for the whole text, as for text without a sentence end. */
    private final boolean hoards;
    private int characters;
    /** The number of characters to speak despite an unfinished sentence, after a flush. */
    private int flushed;
    private boolean complete;
    private int frames;
    private boolean speaking;
    private boolean paused;
    private boolean hasPaused;
    private boolean over;
    private boolean audible;
    private Cancellable textTimeout = () -> {
    };

    ServiceTask(ScriptedConnection connection, ScriptedService service, int id, TaskSpec spec) {
        this.connection = connection;
        this.service = service;
        this.id = id;
        this.spec = spec;
        this.fate = service.weather.task();
        this.strikesAt = service.random.nextInt(6);
        this.hoards = service.random.nextInt(4) == 0;
    }

    int id() {
        return id;
    }

    void run() {
        if (fate != TaskFate.SERVED) {
            service.trace.note("task", id, "has a fate", fate);
        }
        switch (fate) {
            case NOT_STARTED -> over = true;
            case THROTTLED -> fail(Reason.THROTTLED, "Throttling.RateQuota");
            case REJECTED -> fail(Reason.REJECTED, "InvalidParameter");
            case SPENT -> fail(Reason.SPENT, "InvalidParameter");
            default -> service.time.world(service.weather.startNanos(), this::start);
        }
    }

    private void start() {
        if (fate == TaskFate.VANISHED && strikesAt == 0) {
            connection.vanish();
        }
        connection.started(id);
        switch (fate) {
            case SILENT -> over = true;
            case EMPTY -> finish();
            case CUT, STALLED, GARBAGE -> strikeIfDue();
            default -> awaitText();
        }
    }

    private void awaitText() {
        textTimeout.cancel();
        textTimeout = service.time.world(TEXT_TIMEOUT, () -> {
            if (!complete && !over) {
                fail(Reason.SERVICE, "CLIENT_ERROR");
            }
        });
    }

    void receive(String text, boolean last) {
        characters += text.length();
        complete |= last;
        if (over) {
            return;
        }
        awaitText();
        if (complete) {
            textTimeout.cancel();
        }
        speakOn();
    }

    /** Handles a flush. */
    void flush() {
        flushed = characters;
        if (!over) {
            speakOn();
        }
    }

    /** Handles a cancel. */
    void cancel() {
        if (over) {
            return;
        }
        switch (service.weather.cancel()) {
            case STOPS -> {
                over = true;
                textTimeout.cancel();
                connection.finished(id);
            }
            case FINISHES -> receive("", true);
            case IGNORES -> {
                // The service ignores the cancel.
            }
        }
    }

    private int framesDue() {
        if (complete) {
            return Math.max(1, characters / CHARACTERS_PER_FRAME);
        }
        return (hoards ? flushed : characters) / CHARACTERS_PER_FRAME;
    }

    private void speakOn() {
        if (speaking || paused || over) {
            return;
        }
        if (frames < framesDue()) {
            speaking = true;
            long delay = audible ? service.weather.frameNanos() : service.weather.firstAudioNanos();
            service.time.world(delay, this::speak);
        } else if (complete) {
            speaking = true;
            service.time.world(fate == TaskFate.FINISHED_LATE ? service.weather.pauseNanos() : 5 * MILLI, this::finish);
        }
    }

    private void speak() {
        speaking = false;
        if (over) {
            return;
        }
        strikeIfDue();
        if (over || paused) {
            return;
        }
        audible = true;
        connection.frame(id, ++frames, frameBytes());
        speakOn();
    }

    private int frameBytes() {
        return switch (service.random.nextInt(20)) {
            case 0 -> 23_000;
            case 1 -> 8;
            case 2, 3, 4 -> 8_000;
            default -> 4_000;
        };
    }

    private void strikeIfDue() {
        if (frames < strikesAt) {
            return;
        }
        switch (fate) {
            case FAILED -> fail(Reason.SERVICE, "InternalError");
            case FAILED_LATE -> {
                if (frames > 0) {
                    fail(Reason.SERVICE, "InternalError");
                }
            }
            case CUT -> {
                over = true;
                connection.serviceCloses("cut");
            }
            case STALLED -> over = true;
            case VANISHED -> connection.vanish();
            case GARBAGE -> connection.garbage(id);
            case PAUSED -> pause();
            default -> {
                // This fate has no fault here.
            }
        }
    }

    private void pause() {
        if (!hasPaused) {
            hasPaused = true;
            paused = true;
            service.time.world(service.weather.pauseNanos(), () -> {
                paused = false;
                speakOn();
            });
        }
    }

    private void finish() {
        if (over) {
            return;
        }
        if (fate == TaskFate.FAILED || fate == TaskFate.FAILED_LATE) {
            fail(Reason.SERVICE, "InternalError");
            return;
        }
        over = true;
        textTimeout.cancel();
        if (fate == TaskFate.NOT_FINISHED) {
            return;
        }
        connection.finished(id);
        if (fate == TaskFate.LATE_FRAME) {
            connection.frame(id, frames + 1, 400);
        }
    }

    private void fail(Reason reason, String code) {
        over = true;
        textTimeout.cancel();
        connection.failed(id, reason, code);
    }
}
