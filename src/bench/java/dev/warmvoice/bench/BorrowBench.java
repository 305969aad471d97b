package dev.warmvoice.bench;

import dev.warmvoice.pool.BorrowAndReturn;
import java.util.Collection;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** The cost to borrow and return a connection, compared with a bare commons-pool. */
class BorrowBench {

    private static final double BOUND_NANOS = 2000;

    @Test
    void borrowAndReturn() throws Exception {
        Report report = new Report("08-borrow");
        for (int threads : new int[]{1, 8}) {
            Collection<RunResult> results = run(threads);
            double ours = nanos(results, "ours");
            double bare = nanos(results, "bare");
            report.data(threads + " threads, ours and bare, ns", ours + ", " + bare).row(
                    "borrow and return, " + threads + (threads == 1 ? " thread" : " threads") + ", µs (JMH)",
                    String.format(Locale.ROOT, "%.2f", ours / 1000),
                    String.format(Locale.ROOT, "commons-pool2 bare %.2f", bare / 1000),
                    String.format(Locale.ROOT, "+ ≤ 2: %+.2f", (ours - bare) / 1000), ours - bare <= BOUND_NANOS);
        }
        report.write();
    }

    private static Collection<RunResult> run(int threads) throws RunnerException {
        // Its own JVM options: those of the tests leave out the C2 compiler.
        return new Runner(new OptionsBuilder().include(BorrowAndReturn.class.getName()).jvmArgs("-XX:+UseSerialGC")
                .threads(threads).forks(2)
                .warmupIterations(3).warmupTime(TimeValue.seconds(1)).measurementIterations(4)
                .measurementTime(TimeValue.seconds(1)).shouldFailOnError(true).build()).run();
    }

    /** The median of the iterations, which excludes sporadic load of the machine. */
    private static double nanos(Collection<RunResult> results, String method) {
        return results.stream().filter(result -> result.getParams().getBenchmark().endsWith("." + method))
                .mapToDouble(result -> result.getPrimaryResult().getStatistics().getPercentile(50)).findFirst()
                .orElseThrow();
    }
}
