package dev.warmvoice.time;

import java.time.Duration;

/** Workers that run work at once on the calling thread, and never run delayed work. */
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
