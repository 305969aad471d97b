package dev.warmvoice.time;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.testing.Nightly;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The heartbeat on real clocks under CPU load. Runs on a quiet machine only: a virtual machine whose host takes its
 * processors away for two seconds really is suspended.
 */
@Nightly
class HeartbeatUnderLoadTest {

    /** The load: two busy threads a core, and one that produces garbage and forces collections. */
    @Test
    void loadAndGarbageCollectionAreNoSuspension() {
        List<Duration> suspensions = Collections.synchronizedList(new ArrayList<>());
        Heartbeat heartbeat = new Heartbeat(Clocks.SYSTEM, Duration.ofSeconds(2));
        heartbeat.onSuspension(suspensions::add);
        ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor();
        heart.scheduleWithFixedDelay(heartbeat::beat, 250, 250, TimeUnit.MILLISECONDS);
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> load = IntStream.range(0, 2 * Runtime.getRuntime().availableProcessors())
                .mapToObj(i -> new Thread(() -> {
                    while (!stop.get()) {
                        Thread.onSpinWait();
                    }
                })).collect(Collectors.toList());
        load.add(new Thread(() -> {
            List<byte[]> garbage = new ArrayList<>();
            while (!stop.get()) {
                garbage.add(new byte[1 << 20]);
                if (garbage.size() > 100) {
                    garbage.clear();
                    System.gc();
                }
            }
        }));
        try {
            load.forEach(Thread::start);
            long before = heartbeat.beat();
            await().until(() -> heartbeat.beat() - before > Duration.ofSeconds(5).toNanos());
            assertThat(suspensions).isEmpty();
        } finally {
            stop.set(true);
            heart.shutdownNow();
        }
    }
}
