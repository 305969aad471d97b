package dev.warmvoice.time;

import java.time.Duration;

/** Runs work at once, on the thread that asks; what is due later never comes. */
public final class InlineWorkers implements Workers {

    @Override
    public void execute(Runnable work) {
        work.run();
    }

    @Override
    public Cancellable after(Duration delay, Runnable work) {
        return () -> {
        };
    }
}
