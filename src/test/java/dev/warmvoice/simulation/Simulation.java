package dev.warmvoice.simulation;

import dev.warmvoice.pool.SimulatedPool;
import dev.warmvoice.pool.rate.Submission;
import dev.warmvoice.simulation.Weather.HandshakeFate;
import dev.warmvoice.speech.SimulatedSpeech;
import dev.warmvoice.speech.SpeechService;
import dev.warmvoice.time.Heartbeat;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** A simulated process lifetime of minutes or hours, determined by a random seed. */
final class Simulation {

    /** The result of a run. */
    record Result(long seed, Optional<String> breach, List<String> trace, long hash, Duration length, int requests,
            int handshakes, int freezes) {
    }

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final Duration BEAT = Duration.ofMillis(250);
    private static final Duration QUIET = Duration.ofSeconds(30);
    private static final int MAX_REQUESTS = 150;
    private static final int MAX_WORK_IN_A_SECOND = 1_500;

    final SplittableRandom random;
    final VirtualTime time;
    final Trace trace;
    final Settings settings;
    final Laws laws;
    final SimulatedPool pool;
    final SpeechService speech;
    final Set<Integer> lent = new HashSet<>();
    private final long seed;
    private final Weather weather;
    private final ScriptedService service;
    private final Set<Object> clients = new HashSet<>();
    private final Duration length;
    private final double freezeAtMoment;
    private long end;
    private int requests;
    private int freezes;
    private long lastThaw = Long.MIN_VALUE;
    /** The time of the latest backward step of the wall clock. */
    private long setBack = Long.MIN_VALUE / 2;
    /** The time until which the monotonic clock stood still. */
    private long stoodUntil = Long.MIN_VALUE / 2;
    private boolean closing;
    /** Whether all faults are over. */
    private boolean quiet;

    private Simulation(long seed, boolean traced) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.time = new VirtualTime(random.split());
        this.trace = new Trace(time, traced);
        this.settings = Settings.of(random);
        this.laws = new Laws(time, trace, settings);
        this.weather = new Weather(random.split(), settings.connectTimeout());
        this.service = new ScriptedService(time, weather, random.split(), laws, trace, settings.connectTimeout());
        Heartbeat heartbeat = new Heartbeat(time, settings.suspensionGap());
        this.pool = new SimulatedPool(settings, settings.perSecond(), settings.connectTimeout(), service, heartbeat,
                time, new Random(seed));
        this.speech = SimulatedSpeech.service(pool.pool, pool.rate, settings, time, heartbeat);
        this.length = switch (random.nextInt(25)) {
            case 0 -> Duration.ofMinutes(random.nextLong(60, 240));
            case 1, 2, 3 -> Duration.ofMinutes(random.nextLong(5, 60));
            default -> Duration.ofSeconds(random.nextLong(20, 300));
        };
        this.freezeAtMoment = random.nextInt(4) == 0 ? 0.01 : random.nextInt(2) == 0 ? 0.001 : 0;
    }

    /** Runs a simulation until its end or the first breach of a law. */
    static Result run(long seed, boolean traced) {
        Simulation simulation = new Simulation(seed, traced);
        ErrorLog.during(simulation.laws, simulation::run);
        return new Result(seed, simulation.laws.breach(), simulation.trace.lines(), simulation.trace.hash(),
                Duration.ofNanos(simulation.time.now()), simulation.requests, simulation.service.handshakes(),
                simulation.freezes);
    }

    private void run() {
        try {
            trace.note("run", -1, "has", settings);
            laws.onMoment(this::moment);
            laws.onDoubt(this::isInDoubt, pool::races);
            time.process(0, pool::start);
            time.after(BEAT, this::beat);
            end = length.toNanos();
            planClients();
            planTrouble();
            planKeyChanges();
            time.world(SECOND, this::inspect);
            live();
        } catch (RuntimeException | Error thrown) {
            StringWriter stack = new StringWriter();
            thrown.printStackTrace(new PrintWriter(stack));
            laws.broken("an exception was thrown", stack);
        }
    }

    private void live() {
        // A freeze postpones the end.
        while (time.now() < end && isWhole()) {
            runUntil(end);
        }
        calmDown();
        if (random.nextInt(5) == 0) {
            close();
            return;
        }
        becomesQuiet();
        quiet = true;
        laws.quiet();
        staysQuiet();
        everyPlaceCanBeTaken();
        everyTaskOfASecondCanBeSubmitted();
        bargeInsDoNotDelayOthers();
        doubtCausesNoTimeout();
        bargeInsDoNotDelayOthers();
    }

    private void runUntil(long moment) {
        while (time.now() < moment && isWhole()) {
            time.runFor(Duration.ofNanos(Math.min(SECOND, moment - time.now())));
        }
    }

    private boolean isWhole() {
        return laws.breach().isEmpty();
    }

    private void beat() {
        pool.maintain();
        time.after(BEAT, this::beat);
    }

    // Events.

    private void planClients() {
        long meanPause = switch (random.nextInt(4)) {
            case 0 -> SECOND / 2;
            case 1 -> 5 * SECOND;
            case 2 -> 60 * SECOND;
            default -> random.nextLong(SECOND, 20 * SECOND);
        };
        boolean borrowers = random.nextInt(3) == 0;
        nextClient(Math.max(meanPause, length.toNanos() / MAX_REQUESTS), borrowers);
    }

    private void nextClient(long meanPause, boolean borrowers) {
        long pause = (long) (-Math.log(1 - random.nextDouble()) * meanPause);
        time.process(pause, () -> {
            if (time.now() >= end) {
                return;
            }
            int burst = random.nextInt(25) == 0 ? random.nextInt(2, settings.places() + settings.waiting() + 4) : 1;
            for (int i = 0; i < burst; i++) {
                beginOne(borrowers);
            }
            nextClient(meanPause, borrowers);
        });
    }

    private void beginOne(boolean borrowers) {
        if (borrowers && random.nextInt(2) == 0) {
            PoolClient client = new PoolClient(this, ++requests);
            clients.add(client);
            client.begin();
        } else if (random.nextInt(2) == 0) {
            beginLive();
        } else {
            begin(false);
        }
    }

    void beginLive() {
        begin(true);
    }

    private void begin(boolean live) {
        if (closing) {
            return;
        }
        SpeechClient client = new SpeechClient(this, ++requests, live);
        clients.add(client);
        client.begin();
    }

    private void planTrouble() {
        times(random.nextInt(9), () -> freeze());
        times(random.nextInt(3), () -> {
            if (time.isFrozen() || time.now() < stoodUntil + 2 * BEAT.toNanos()) {
                // The process cannot detect a stopped clock beside one set back.
                return;
            }
            Duration ahead = Duration.ofMillis(random.nextLong(-3_600_000, 3_600_000)).dividedBy(
                    random.nextInt(2) == 0 ? 1 : 1_000);
            trace.note("clock", -1, "leaps", ahead);
            laws.leapt();
            wakes();
            if (ahead.isNegative()) {
                setBack = time.now();
            }
            time.leap(ahead);
        });
        times(random.nextInt(2) == 0 ? random.nextInt(1, 6) : 0, this::hook);
        if (weather.isPerfect()) {
            return;
        }
        times(random.nextInt(6) == 0 ? random.nextInt(1, 4) : 0, () -> {
            HandshakeFate fate = HandshakeFate.values()[random.nextInt(1, HandshakeFate.values().length)];
            trace.note("outage", -1, "begins", fate);
            weather.outage(fate);
            time.world(random.nextLong(500 * MILLI, 60 * SECOND), () -> weather.outage(null));
        });
        times(random.nextInt(6) == 0 ? random.nextInt(1, 3) : 0, () -> {
            trace.note("black hole", -1, "begins", null);
            weather.blackHole(true);
            time.world(random.nextLong(SECOND, 60 * SECOND), () -> weather.blackHole(false));
        });
        times(random.nextInt(5) == 0 ? random.nextInt(1, 4) : 0, service::vanish);
    }

    /** Draws from a source of its own, so that the rest of a life does not depend on the keys. */
    private void planKeyChanges() {
        SplittableRandom keys = new SplittableRandom(~seed);
        int changes = keys.nextInt(3) == 0 ? keys.nextInt(1, 6) : 0;
        for (int i = 0; i < changes; i++) {
            time.world(keys.nextLong(end), () -> time.process(0, this::changeKey));
        }
    }

    private void changeKey() {
        if (closing) {
            return;
        }
        trace.note("key", -1, "changes", null);
        service.changeKey();
        for (int i = 0; i < settings.size(); i++) {
            laws.reason();
        }
        pool.keyChanged();
    }

    private void times(int count, Runnable what) {
        for (int i = 0; i < count; i++) {
            time.world(random.nextLong(end), () -> {
                if (time.now() < end) {
                    what.run();
                }
            });
        }
    }

    /** Calls a host's hook, before or after a freeze. */
    private void hook() {
        time.process(0, () -> {
            if (closing) {
                return;
            }
            if (random.nextInt(3) == 0) {
                open();
            } else {
                rest();
            }
        });
    }

    private void open() {
        trace.note("hook", -1, "opens", null);
        wakes();
        Duration max = Duration.ofMillis(random.nextLong(10_000));
        mustEnd("open", max, pool.pool.open(max).toCompletableFuture());
    }

    private void rest() {
        trace.note("hook", -1, "rests", null);
        Duration max = Duration.ofMillis(random.nextLong(10_000));
        laws.reason();
        var rested = pool.pool.rest(max).toCompletableFuture();
        mustEnd("rest", max, rested);
        if (clients.isEmpty()) {
            laws.resting(true);
        }
        if (random.nextInt(2) == 0) {
            rested.thenRun(() -> {
                if (random.nextInt(4) > 0) {
                    freeze();
                }
            });
        }
    }

    private void mustEnd(String what, Duration max, CompletableFuture<Boolean> hook) {
        long begun = time.now();
        hook.thenRun(() -> {
            long late = laws.lasted(begun) - max.toNanos();
            if (late > SECOND) {
                laws.broken("a hook exceeds its timeout", what);
            }
        });
        time.world(60 * SECOND + max.toNanos(), () -> {
            if (!hook.isDone() && laws.lasted(begun) > max.toNanos() + SECOND) {
                laws.broken("a hook does not end", what);
            }
        });
    }

    private void moment(String name) {
        if (freezeAtMoment > 0 && freezes < 30 && random.nextDouble() < freezeAtMoment && time.now() < end) {
            trace.note("run", -1, "freezes at", name);
            freeze();
        }
    }

    private void freeze() {
        if (time.isFrozen() || time.now() >= end) {
            return;
        }
        Duration duration = switch (random.nextInt(6)) {
            case 0 -> Duration.ofMillis(random.nextLong(1, 2_000));
            case 1, 2 -> Duration.ofMillis(random.nextLong(2_000, 20_000));
            case 3, 4 -> Duration.ofMillis(random.nextLong(20_000, 100_000));
            default -> Duration.ofSeconds(random.nextLong(60, 900));
        };
        // Not between a backward step of the wall clock and the next heartbeat, where no process could detect it.
        boolean stands = random.nextBoolean() && time.now() - setBack > 2 * BEAT.toNanos();
        stoodUntil = stands ? time.now() + duration.toNanos() : stoodUntil;
        freezes++;
        trace.note("run", -1, "freezes", stands ? duration + ", including the monotonic clock" : duration);
        laws.suspended(duration);
        wakes();
        time.freeze(duration, stands);
        if (duration.compareTo(settings.suspensionGap().plus(BEAT)) > 0) {
            lastThaw = time.now() + duration.toNanos();
        } else if (time.now() < lastThaw + 30 * MILLI) {
            // Too short to be noticed, but the readers have had no time since the previous freeze.
            lastThaw = Long.MIN_VALUE;
        }
        if (!weather.isPerfect() && random.nextInt(8) == 0) {
            service.vanish();
        }
        end = Math.max(end, time.now() + duration.toNanos() + 5 * SECOND);
    }

    /** Allows a resting pool to open connections again. */
    void wakes() {
        laws.resting(false);
        laws.reason();
    }

    void ended(Object client) {
        clients.remove(client);
        if (client instanceof SpeechClient speaker) {
            laws.remove(speaker.request());
        }
    }

    /**
     * Whether the service's close reached this machine before the end of the latest suspension, and its reader was not
     * blocked.
     */
    boolean closedBeforeThaw(ScriptedConnection connection) {
        return connection.provenAt() < lastThaw + 25 * MILLI && connection.openedAt() < lastThaw
                && connection.closeArrivedAt() < lastThaw && time.now() >= lastThaw;
    }

    /** Whether a connection is in doubt: its last sign of life is too old, or precedes a suspension. */
    private boolean isInDoubt(ScriptedConnection connection) {
        boolean old = time.now() - connection.provenAt() > settings.maxIdle().toNanos() + 300 * MILLI;
        boolean beforeThaw = connection.provenAt() < lastThaw && connection.openedAt() < lastThaw
                && connection.pongProves() < lastThaw && time.now() >= lastThaw;
        return old || beforeThaw;
    }

    // Invariants.

    private void inspect() {
        if (!time.isFrozen()) {
            int work = time.takeMaxWorkInSecond();
            if (work > MAX_WORK_IN_A_SECOND) {
                laws.broken("the process spins", work + " pieces of work in a second");
            }
            if (pool.waiting() > settings.waiting()) {
                laws.broken("too many requests wait", pool.waiting());
            }
            // A race has two connections, and a task being stopped one more.
            int besides = pool.races() + stopping();
            if (pool.waiting() + pool.active() > clients.size() + besides) {
                laws.broken("a place is held without a request",
                        pool.active() + " active and " + pool.waiting() + " waiting for "
                                + clients.size() + " and " + besides);
            }
            if (pool.active() > settings.places() + besides) {
                laws.broken("too many tasks run", pool.active());
            }
            if (pool.races() > settings.opening()) {
                laws.broken("too many requests race", pool.races());
            }
            long held = service.held().stream().filter(ScriptedConnection::isHeld).count();
            // Connections in doubt stay until there are enough others.
            if (held > settings.size() + settings.places() + settings.opening() + besides) {
                laws.broken("too many connections are open", held);
            }
        }
        time.world(SECOND, this::inspect);
    }

    private void calmDown() {
        trace.note("run", -1, "calms down", null);
        weather.calm();
    }

    /** Whether any failure is the product's fault. */
    boolean isFair() {
        return (weather.isPerfect() || quiet) && settings.isUsual() && !closing;
    }

    int clients() {
        return clients.size();
    }

    /** The number of connections that wait for the service to stop a task. */
    int stopping() {
        return (int) service.held().stream().filter(ScriptedConnection::isStopping).count();
    }

    boolean isClosing() {
        return closing;
    }

    private boolean isQuiet() {
        return clients.isEmpty() && pool.active() == 0 && pool.waiting() == 0 && pool.races() == 0
                && pool.idle() >= settings.kept()
                && service.held().size() == pool.idle();
    }

    /** Waits until all running requests have ended and the pool is full. */
    private void becomesQuiet() {
        // A resting pool opens no connections itself.
        time.process(0, this::open);
        // Until then, a known outage may still apply.
        runUntil(time.now() + settings.unauthorizedRetry().plusSeconds(11).toNanos());
        long limit = time.now() + 3 * settings.longestAcquire()
                + settings.firstAudioTimeout().plus(settings.stallTimeout()).plus(settings.textTimeout())
                        .multipliedBy(3)
                        .plus(settings.unauthorizedRetry()).plusSeconds(120).toNanos();
        while (!(isQuiet() && clients.isEmpty()) && isWhole()) {
            if (time.now() > limit) {
                laws.broken("the process does not become idle", String.format(
                        "%d clients, %d active, %d waiting, %d races, %d idle of %d, %d open", clients.size(),
                        pool.active(), pool.waiting(), pool.races(), pool.idle(), settings.kept(),
                        service.held().size()));
                return;
            }
            runUntil(time.now() + SECOND);
        }
    }

    private void staysQuiet() {
        if (!isWhole()) {
            return;
        }
        long before = time.work();
        int handshakesBefore = service.handshakes();
        for (long until = time.now() + QUIET.toNanos(); time.now() < until && isWhole();) {
            runUntil(time.now() + 50 * MILLI);
            // The pool may leave one connection to the service's idle timeout, to learn whether pings keep it alive.
            int left = settings.pingInterval().isZero() ? 0 : 1;
            if (pool.idle() < settings.kept() - left && settings.isUsual()) {
                laws.broken("a connection is replaced only after its end", pool.idle() + " of " + settings.kept());
            }
        }
        int handshakes = service.handshakes() - handshakesBefore;
        long work = time.work() - before;
        long beats = 4 * QUIET.toSeconds();
        // The pool keeps one more connection to learn whether pings keep it alive.
        long renewals = (settings.size() + 1)
                * (1 + (long) (QUIET.toMillis() / (0.65 * settings.maxIdle().toMillis())));
        if (handshakes > renewals + settings.opening()) {
            laws.broken("connections are replaced too often", handshakes + " in " + QUIET + ", not " + renewals);
        }
        if (work > 2 * beats + 25 * renewals + 100) {
            laws.broken("the process is not idle", work + " pieces of work in " + QUIET);
        }
    }

    private void everyPlaceCanBeTaken() {
        if (!isWhole()) {
            return;
        }
        trace.note("run", -1, "takes every place", null);
        List<PoolClient> holders = new ArrayList<>();
        int[] held = new int[1];
        time.process(0, () -> {
            for (int i = 0; i < settings.places(); i++) {
                PoolClient holder = new PoolClient(this, ++requests).holding(() -> held[0]++);
                clients.add(holder);
                holders.add(holder);
                holder.begin();
            }
        });
        runUntil(time.now() + settings.longestAcquire() + SECOND);
        if (held[0] < settings.places()) {
            laws.broken("a place is lost", held[0] + " of " + settings.places() + " can be taken");
            return;
        }
        time.process(0, () -> holders.forEach(PoolClient::letGo));
        runUntil(time.now() + 5 * SECOND);
        if (pool.active() > 0) {
            laws.broken("a place is not released", pool.active());
        }
    }

    private void everyTaskOfASecondCanBeSubmitted() {
        if (!isWhole() || settings.perSecond() == 0) {
            return;
        }
        trace.note("run", -1, "submits at the max rate", null);
        runUntil(time.now() + 15 * SECOND);
        for (Submission unused : submitAll()) {
            time.process(0, unused::cancel);
        }
        runUntil(time.now() + MILLI);
        submitAll().forEach(Submission::used);
    }

    private void bargeInsDoNotDelayOthers() {
        if (!isWhole() || !settings.isUsual()) {
            return;
        }
        trace.note("run", -1, "starts barge-ins", null);
        runUntil(time.now() + 5 * SECOND);
        for (int i = 0; i < 12; i++) {
            time.process(i * 25 * MILLI, () -> new SpeechClient(this, ++requests, true).bargeIn());
        }
        SpeechClient patient = new SpeechClient(this, ++requests, false).patient();
        clients.add(patient);
        time.process(330 * MILLI, patient::begin);
        runUntil(time.now() + 60 * SECOND);
        if (!patient.hasHeardAll()) {
            laws.broken("barge-ins delay other clients", patient.request().number());
        }
    }

    /** Tests suspensions with live or dead connections, and dead connections without a suspension. */
    private void doubtCausesNoTimeout() {
        if (!settings.isUsual()) {
            return;
        }
        long start = weather.longestStart() + 150 * MILLI;
        awaitHandshakes();
        suspend(20);
        List<ScriptedConnection> held = service.held();
        if (!held.isEmpty() && held.stream().allMatch(ScriptedConnection::isWellAtBothEnds)) {
            // At one task a second, a race is impossible, so the task waits for a proven connection.
            asksAlone(settings.perSecond() == 1 ? weather.longestHandshake() + start : start);
        }
        awaitHandshakes();
        loseConnections();
        suspend(90);
        asksAlone(weather.longestHandshake() + start);
        awaitHandshakes();
        loseConnections();
        // The max delay before a race comes on top.
        asksAlone(SECOND + weather.longestHandshake() + start);
        awaitHandshakes();
        loseConnections();
        suspend(90);
        askTogether();
        awaitHandshakes();
        loseConnections();
        askTogether();
    }

    /** Waits until no handshake is pending: a later answer would count as a newer connection. */
    private void awaitHandshakes() {
        do {
            runUntil(time.now() + 5 * SECOND);
        } while (service.underWay() > 0 && isWhole());
    }

    private void loseConnections() {
        trace.note("run", -1, "loses all connections", null);
        service.vanish();
    }

    private void suspend(int maxSeconds) {
        Duration duration = Duration.ofSeconds(random.nextLong(4, maxSeconds));
        trace.note("run", -1, "is suspended", duration);
        laws.suspended(duration);
        time.freeze(duration, random.nextBoolean());
        lastThaw = time.now() + duration.toNanos();
        runUntil(lastThaw + random.nextLong(SECOND));
    }

    /** @param longest the max time until task-started */
    private void asksAlone(long longest) {
        if (!isWhole()) {
            return;
        }
        SpeechClient client = new SpeechClient(this, ++requests, false).patient();
        clients.add(client);
        long begun = time.now();
        time.process(0, client::begin);
        runUntil(begun + longest);
        if (client.request().awaitsStart() || client.request().taskStarted() < begun) {
            laws.broken("a connection in doubt delays a request by more than a handshake",
                    client.request().number() + ": " + longest / MILLI + " ms");
        }
        // The max time for a replacement of all connections.
        runUntil(time.now() + (1 + settings.size() / settings.opening()) * weather.longestHandshake() + 2 * SECOND);
        if (service.held().stream().anyMatch(held -> held.isSilent() && !isInDoubt(held))) {
            laws.broken("connections count as good although another one was silent", service.held().size());
        }
        runUntil(time.now() + 60 * SECOND);
        if (!client.hasHeardAll()) {
            laws.broken("a connection in doubt fails an utterance", client.request().number());
        }
    }

    /** Starts as many requests as can each get a second task and a second connection in time. */
    private void askTogether() {
        if (!isWhole()) {
            return;
        }
        boolean isAmple = settings.perSecond() == 0 && !weather.isAcrossBorders();
        int together = random.nextInt(2, isAmple ? 2 * settings.opening() + 1 : settings.opening() + 1);
        long within = random.nextBoolean() ? 2 * SECOND : 10 * MILLI;
        for (int i = 0; i < together; i++) {
            SpeechClient client = new SpeechClient(this, ++requests, false).patient();
            clients.add(client);
            time.process(random.nextLong(within), client::begin);
        }
        runUntil(time.now() + 60 * SECOND);
    }

    private List<Submission> submitAll() {
        int[] granted = new int[1];
        List<Submission> all = new ArrayList<>();
        for (int i = 0; i < settings.perSecond(); i++) {
            Submission next = pool.rate.submission("model", () -> granted[0]++, refused -> {
            });
            all.add(next);
            time.process(i, () -> next.request(Duration.ZERO));
        }
        runUntil(time.now() + MILLI);
        if (granted[0] < settings.perSecond()) {
            laws.broken("a task's turn is lost", granted[0] + " of " + settings.perSecond() + " are granted");
        }
        return all;
    }

    /** Closes the pool and ends all running requests. */
    private void close() {
        trace.note("run", -1, "closes the pool", null);
        closing = true;
        time.process(0, pool.pool::close);
        int before = service.handshakes();
        long limit = time.now() + 3 * settings.longestAcquire()
                + settings.firstAudioTimeout().plus(settings.stallTimeout()).plus(settings.textTimeout())
                        .multipliedBy(3)
                        // The slowest client takes two minutes for buffered audio.
                        .plusSeconds(180).toNanos();
        while (isWhole()
                && !(clients.isEmpty() && service.held().isEmpty() && service.underWay() == 0 && pool.races() == 0)) {
            if (time.now() > limit) {
                laws.broken("a closed pool is not empty", String.format(
                        "%d clients, %d open, %d handshakes, %d races", clients.size(), service.held().size(),
                        service.underWay(), pool.races()));
                return;
            }
            runUntil(time.now() + SECOND);
        }
        if (service.handshakes() > before + 1) {
            laws.broken("a closed pool opens connections", service.handshakes() - before);
        }
    }
}
