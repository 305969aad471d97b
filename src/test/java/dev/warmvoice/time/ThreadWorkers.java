package dev.warmvoice.time;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Workers on real threads. */
public final class ThreadWorkers implements Workers, AutoCloseable {

    private final ScheduledExecutorService threads;

    public ThreadWorkers(int count) {
        threads = Executors.newScheduledThreadPool(count);
    }

    @Override
    public void execute(Runnable work) {
        threads.execute(work);
    }

    @Override
    public Cancellable after(Duration delay, Runnable work) {
        Future<?> due = threads.schedule(work, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> due.cancel(false);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
