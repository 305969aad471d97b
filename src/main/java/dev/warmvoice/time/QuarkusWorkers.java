package dev.warmvoice.time;

import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Quarkus' worker threads, and a clock that hands them what is due. Quarkus' own scheduler runs work on the event loop
 * that scheduled it, where nothing may block, and rounds to milliseconds.
 */
@Singleton
class QuarkusWorkers implements Workers {

    private final Executor threads = Infrastructure.getDefaultWorkerPool();
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, work -> {
        Thread thread = new Thread(work, "warmvoice-clock");
        thread.setDaemon(true);
        return thread;
    });

    QuarkusWorkers() {
        clock.setRemoveOnCancelPolicy(true);
    }

    @Override
    public void execute(Runnable work) {
        threads.execute(work);
    }

    @Override
    public Cancellable after(Duration delay, Runnable work) {
        try {
            Future<?> due = clock.schedule(() -> threads.execute(work), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> due.cancel(false);
        } catch (RejectedExecutionException shutdown) {
            return () -> {
            };
        }
    }

    @PreDestroy
    void stop() {
        clock.shutdownNow();
    }
}
