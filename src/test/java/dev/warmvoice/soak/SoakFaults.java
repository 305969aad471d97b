package dev.warmvoice.soak;

import static dev.warmvoice.testing.Waits.pause;

import dev.warmvoice.faults.FaultMatrix.ServiceFault;
import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.faults.FaultMatrix;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Injects random faults: each fault of the emulators, cuts of all idle connections, freezes of the process, and freezes,
 * restarts and losses of Redis where there is one.
 */
final class SoakFaults {

    private static final Duration LONGEST_FREEZE = Duration.ofSeconds(3);
    private static final int LONGEST_REDIS_FREEZE = 1000;
    /** How long trouble with new connections can make a request fail without a connection, back-off included. */
    private static final Duration AFTERMATH = Duration.ofSeconds(10);

    private final List<Emulator> services;
    private final Artifact artifact;
    private final Optional<RedisServer> redis;
    private final Random random;
    /** Excludes a reset at a time of the service's choice: the test cannot tell what such a reset discards. */
    private final List<Fault> faults = FaultMatrix.serviceFaults().stream().map(ServiceFault::fault).distinct()
            .filter(fault -> !(fault instanceof Fault.IdleCut cut && cut.how() == Cut.RST)).toList();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final ReentrantLock awake = new ReentrantLock();
    private volatile long resetNanos = System.nanoTime();
    private volatile long connectionNanos = System.nanoTime() - AFTERMATH.toNanos();

    SoakFaults(List<Emulator> services, Artifact artifact, Optional<RedisServer> redis, long seed) {
        this.services = services;
        this.artifact = artifact;
        this.redis = redis;
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
                cut(any(), Cut.values()[random.nextInt(Cut.values().length)]);
            } else if (kind == 2) {
                redis.ifPresent(this::trouble);
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
        Emulator service = any();
        if (fault instanceof Fault.OfHandshake || fault instanceof Fault.HandshakeDelay
                || fault instanceof Fault.EarlyCut) {
            connectionNanos = System.nanoTime();
            // An unused handshake fault would otherwise wait for the next connection, at an unknown time.
            service.faults().next(fault);
            cut(service, Cut.RST);
        } else {
            service.faults().next(fault);
        }
        count(fault.getClass().getSimpleName());
    }

    private Emulator any() {
        return services.get(random.nextInt(services.size()));
    }

    private void cut(Emulator service, Cut how) {
        if (how == Cut.RST) {
            resetNanos = System.nanoTime();
        }
        service.cutIdle(how);
        count("idle connections cut, " + how);
    }

    private void trouble(RedisServer server) {
        switch (random.nextInt(3)) {
            case 0 -> {
                server.freeze();
                pause(Duration.ofMillis(random.nextInt(LONGEST_REDIS_FREEZE)));
                server.thaw();
                count("Redis frozen");
            }
            case 1 -> {
                server.restart();
                count("Redis restarted, empty");
            }
            default -> {
                server.flush();
                count("Redis emptied");
            }
        }
    }

    private void freeze() {
        awake.lock();
        try {
            artifact.freeze();
            pause(Duration.ofMillis(50 + random.nextInt((int) LONGEST_FREEZE.toMillis())));
            if (random.nextBoolean()) {
                services.forEach(each -> cut(each, Cut.values()[random.nextInt(Cut.values().length)]));
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
}
