package dev.warmvoice.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.simulation.Simulation.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The invariants of the core in simulated process lifetimes. {@code -Dsimulation.seeds=100000} runs more of them,
 * beginning with {@code -Dsimulation.from}; {@code -Dsimulation.seed=N} runs one and prints its events.
 */
class SimulationTest {

    private static final int SEEDS = 1_000;
    private static final int MAX_SHOWN = 400;

    private static AutoCloseable quiet;

    @BeforeAll
    static void silenceLog() {
        quiet = ErrorLog.quiet();
    }

    @AfterAll
    static void restoreLog() throws Exception {
        quiet.close();
    }

    /** Seeds that once broke a law; {@code git log} has each bug and its fix. */
    @ParameterizedTest
    @ValueSource(longs = {3, 4, 10, 11, 22, 86, 94, 99, 123, 156, 190, 197, 273, 761, 1246, 1354, 1516, 7709})
    @Timeout(30)
    void seedsOfFixedBugsKeepTheLaws(long seed) {
        keepsTheLaws(Simulation.run(seed, false));
    }

    /** A failure must be reproducible. */
    @Test
    @Timeout(30)
    void isDeterminedByItsSeed() {
        for (long seed = 1; seed <= 10; seed++) {
            assertThat(Simulation.run(seed, true).hash()).as("seed %d", seed)
                    .isEqualTo(Simulation.run(seed, false).hash());
        }
    }

    @Test
    void keepsItsLaws() throws Exception {
        Long one = Long.getLong("simulation.seed");
        if (one != null) {
            Result result = Simulation.run(one, true);
            result.trace().forEach(System.out::println);
            keepsTheLaws(result);
            return;
        }
        long from = Long.getLong("simulation.from", 1);
        long seeds = Long.getLong("simulation.seeds", SEEDS);
        long begin = System.nanoTime();
        AtomicLong thaws = new AtomicLong();
        List<Result> broken = runAll(from, from + seeds, thaws);
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf("Simulation: seeds %d to %d, %.0f a second, %d thaws%n", from, from + seeds - 1,
                seeds / seconds, thaws.get());
        if (!broken.isEmpty()) {
            String all = broken.stream().map(each -> each.seed() + ": " + each.breach().orElseThrow())
                    .reduce("", (a, b) -> a + "\n" + b);
            Result first = Simulation.run(broken.get(0).seed(), true);
            throw new AssertionError(
                    broken.size() + " of " + seeds + " seeds break a law:" + all + "\n" + shown(first));
        }
    }

    private static List<Result> runAll(long from, long to, AtomicLong thaws) throws Exception {
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        AtomicLong next = new AtomicLong(from);
        List<Future<List<Result>>> parts = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            parts.add(pool.submit(() -> runSome(next, to, thaws)));
        }
        pool.shutdown();
        List<Result> broken = new ArrayList<>();
        for (Future<List<Result>> part : parts) {
            broken.addAll(part.get(10, TimeUnit.HOURS));
        }
        return broken;
    }

    private static List<Result> runSome(AtomicLong next, long to, AtomicLong thaws) {
        List<Result> broken = new ArrayList<>();
        for (long seed = next.getAndIncrement(); seed < to; seed = next.getAndIncrement()) {
            Result result = Simulation.run(seed, false);
            thaws.addAndGet(result.freezes());
            if (result.breach().isPresent()) {
                System.out.println("Simulation: seed " + seed + ": " + result.breach().get());
                broken.add(result);
            }
        }
        return broken;
    }

    private static void keepsTheLaws(Result result) {
        if (result.breach().isPresent()) {
            throw new AssertionError("seed " + result.seed() + ": " + result.breach().get() + "\n"
                    + shown(Simulation.run(result.seed(), true)));
        }
    }

    private static String shown(Result result) {
        List<String> trace = result.trace();
        List<String> last = trace.subList(Math.max(0, trace.size() - MAX_SHOWN), trace.size());
        return (trace.isEmpty() ? "" : trace.get(0) + "\n…\n") + String.join("\n", last);
    }
}
