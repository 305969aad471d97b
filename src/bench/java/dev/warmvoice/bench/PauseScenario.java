package dev.warmvoice.bench;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A process that pauses and speaks in turns. All its actions run on one given thread, so that lanes that share the
 * thread never speak at the same time.
 */
final class PauseScenario {

    private final Instance instance;
    private final String text;
    private final Queue<Step> steps;
    private final ScheduledExecutorService turns;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    /**
     * A pause and the request after it.
     *
     * @param frozen whether the process is frozen during the pause, not only idle
     * @param tally the tally for the request
     */
    record Step(boolean frozen, Duration length, LatencyTally tally) {
    }

    PauseScenario(Instance instance, String text, List<Step> steps, ScheduledExecutorService turns) {
        this.instance = instance;
        this.text = text;
        this.steps = new ArrayDeque<>(steps);
        this.turns = turns;
    }

    /** Starts the first pause after this delay. */
    PauseScenario begin(Duration in) {
        later(in, this::pause);
        return this;
    }

    /** Waits for the end of the last request. */
    void join() {
        end.join();
    }

    private void pause() {
        Step step = steps.poll();
        if (step == null) {
            end.complete(null);
            return;
        }
        if (step.frozen) {
            instance.freeze();
        }
        later(step.length, () -> {
            if (step.frozen) {
                instance.thaw();
            }
            step.tally.speak(instance, text);
            pause();
        });
    }

    private void later(Duration delay, Runnable work) {
        turns.schedule(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                end.completeExceptionally(e);
            }
        }, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
}
