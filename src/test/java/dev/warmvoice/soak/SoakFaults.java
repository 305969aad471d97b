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

/** Lets things go wrong at random: each fault of the emulator, all idle connections, the process itself. */
final class SoakFaults {

    private static final Duration LONGEST_FREEZE = Duration.ofSeconds(3);
    /** For so long trouble of new connections may be the reason why a request has none: its back-off included. */
    private static final Duration AFTERMATH = Duration.ofSeconds(10);

    private final Emulator emulator;
    private final Artifact artifact;
    private final Random random;
    /** But for a reset at a time of the service's own: nobody could tell what it takes away. */
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

    /** Makes trouble, one after the other, until it is over. */
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

    /** Whether new connections have been in trouble until just now. */
    boolean isOfConnections() {
        return System.nanoTime() - connectionNanos < AFTERMATH.toNanos();
    }

    /** Whether idle connections have been reset since that moment. */
    boolean hasResetSince(long nanos) {
        return resetNanos - nanos > 0;
    }

    /** Held while the process must answer, and so must not be frozen. */
    ReentrantLock awake() {
        return awake;
    }

    /** How much of each trouble there was. */
    Map<String, Integer> counts() {
        return counts;
    }

    private void next(Fault fault) {
        if (fault instanceof Fault.OfHandshake || fault instanceof Fault.HandshakeDelay
                || fault instanceof Fault.EarlyCut) {
            connectionNanos = System.nanoTime();
            // It waits for the next connection otherwise, and nobody knows when that comes.
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
