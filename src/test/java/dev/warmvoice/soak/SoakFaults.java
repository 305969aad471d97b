package dev.warmvoice.soak;

import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.faults.FaultMatrix.ServiceFault;
import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.faults.FaultMatrix;
import dev.warmvoice.testing.Artifact;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** Injects random faults: each fault of the emulator, cuts of all idle connections, freezes of the process. */
final class SoakFaults {

    private static final Duration LONGEST_FREEZE = Duration.ofSeconds(3);
    /** How long trouble with new connections can make a request fail without a connection, back-off included. */
    private static final Duration AFTERMATH = Duration.ofSeconds(10);

    private final Emulator emulator;
    private final Artifact artifact;
    private final Random random;
    /** Excludes a reset at a time of the service's choice: the test cannot tell what such a reset discards. */
    private final List<Fault> faults = FaultMatrix.serviceFaults().stream().map(ServiceFault::fault).distinct()
            .filter(fault -> !(fault instanceof Fault.IdleCut cut && cut.how() == Cut.RST)).toList();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final ReentrantLock awake = new ReentrantLock();
    private volatile long resetNanos = System.nanoTime();
    private volatile long connectionNanos = System.nanoTime() - AFTERMATH.toNanos();

    SoakFaults(Emulator emulator, Artifact artifact, long seed) {
        this.emulator = emulator;
        this.artifact = artifact;
        this.random = new Random(seed);
    }

    /** Injects one fault after another until the deadline. */
    void makeUntil(long overNanos) {
        while (System.nanoTime() - overNanos < 0) {
            pause(Duration.ofMillis(100 + random.nextInt(600)));
            int kind = random.nextInt(20);
            if (kind == 0) {
                freeze();
            } else if (kind == 1) {
                cut(Cut.values()[random.nextInt(Cut.values().length)]);
            } else {
                next(faults.get(random.nextInt(faults.size())));
            }
        }
    }

    /** Whether new connections were in trouble until just now. */
    boolean isOfConnections() {
        return System.nanoTime() - connectionNanos < AFTERMATH.toNanos();
    }

    /** Whether idle connections were reset since then. */
    boolean hasResetSince(long nanos) {
        return resetNanos - nanos > 0;
    }

    /** The lock that prevents a freeze while the process must answer. */
    ReentrantLock awake() {
        return awake;
    }

    /** The count of each injected fault. */
    Map<String, Integer> counts() {
        return counts;
    }

    private void next(Fault fault) {
        if (fault instanceof Fault.OfHandshake || fault instanceof Fault.HandshakeDelay
                || fault instanceof Fault.EarlyCut) {
            connectionNanos = System.nanoTime();
            // An unused handshake fault would otherwise wait for the next connection, at an unknown time.
            emulator.faults().next(fault);
            cut(Cut.RST);
        } else {
            emulator.faults().next(fault);
        }
        count(fault.getClass().getSimpleName());
    }

    private void cut(Cut how) {
        if (how == Cut.RST) {
            resetNanos = System.nanoTime();
        }
        emulator.cutIdle(how);
        count("idle connections cut, " + how);
    }

    private void freeze() {
        awake.lock();
        try {
            artifact.freeze();
            pause(Duration.ofMillis(50 + random.nextInt((int) LONGEST_FREEZE.toMillis())));
            if (random.nextBoolean()) {
                cut(Cut.values()[random.nextInt(Cut.values().length)]);
            }
            artifact.thaw();
        } finally {
            awake.unlock();
        }
        count("freeze");
    }

    private void count(String trouble) {
        counts.merge(trouble, 1, Integer::sum);
    }

    static void pause(Duration time) {
        await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
    }
}
