package dev.warmvoice.pool;

import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Quarkus' worker threads, with a clock that always ends on one of them: their own runs what an event loop schedules on
 * that event loop, where nothing may block, and knows no time below a millisecond.
 */
@Singleton
public class Workers extends ScheduledThreadPoolExecutor {

    private final Executor threads = Infrastructure.getDefaultWorkerPool();

    Workers() {
        super(1, work -> {
            Thread clock = new Thread(work, "warmvoice-clock");
            clock.setDaemon(true);
            return clock;
        });
        setRemoveOnCancelPolicy(true);
    }

    @Override
    public void execute(Runnable work) {
        threads.execute(work);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
        return super.schedule(() -> threads.execute(work), delay, unit);
    }

    @PreDestroy
    void stop() {
        shutdownNow();
    }
}
