package dev.warmvoice.fleet;

import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a fleet has done under load.
 *
 * @param used part of the account's rate that was used
 * @param throttled tasks that the service has refused for the rate
 * @param unfairness the largest difference between an instance and the mean, as a part of the mean
 * @param refused requests that got a 429
 */
record Run(int perSecond, int size, double used, int throttled, double unfairness, int refused, List<String> failures) {

    private static final int CALLERS = 60;

    /**
     * Loads a fleet for some time.
     *
     * @param meanwhile what happens while the fleet works; ends when it is interrupted
     */
    static Run of(int perSecond, int size, Duration time, Map<String, String> settings, Disturbance meanwhile)
            throws Exception {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(perSecond));
                Fleet fleet = new Fleet(size, emulator, settings)) {
            warmUp(fleet);
            int throttledBefore = emulator.journal().tasksThrottled();
            Callers callers = new Callers(CALLERS, fleet.instances());
            // The first second's burst is over, and each instance has its callers.
            pause(Duration.ofSeconds(3));
            int before = sum(callers.spoken());
            List<Integer> each = callers.spoken();
            long since = System.nanoTime();
            meanwhile.during(time, fleet);
            double seconds = (System.nanoTime() - since) / 1e9;
            int spoken = sum(callers.spoken()) - before;
            double unfairness = unfairness(each, callers.spoken());
            callers.end();
            return new Run(perSecond, size, spoken / seconds / perSecond,
                    emulator.journal().tasksThrottled() - throttledBefore, unfairness, callers.refused(),
                    callers.failures());
        }
    }

    /** What happens to a fleet. */
    interface Disturbance {

        Disturbance NONE = (time, fleet) -> pause(time);

        void during(Duration time, Fleet fleet) throws Exception;
    }

    /** Lets a time pass in which others work. */
    static void pause(Duration time) throws InterruptedException {
        new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The first task of a binary pays for pages that are not in memory yet. */
    private static void warmUp(Fleet fleet) throws InterruptedException {
        Callers callers = new Callers(fleet.instances().size(), fleet.instances());
        await().atMost(Duration.ofMinutes(2)).until(() -> Collections.min(callers.spoken()) > 0);
        callers.end();
    }

    private static int sum(List<Integer> counts) {
        return counts.stream().mapToInt(Integer::intValue).sum();
    }

    private static double unfairness(List<Integer> before, List<Integer> after) {
        double mean = (double) (sum(after) - sum(before)) / after.size();
        double worst = 0;
        for (int i = 0; i < after.size(); i++) {
            worst = Math.max(worst, Math.abs(after.get(i) - before.get(i) - mean));
        }
        return worst / mean;
    }

    String row(String name) {
        return String.format(Locale.ROOT, "| %s | %d | %d | %.1f %% | %d | %.0f %% | %d | %d |", name, perSecond, size,
                100 * used, throttled, 100 * unfairness, refused, failures.size());
    }

    static String head() {
        return "| | rate | processes | rate used | refused by the service | unfairness | 429 | failed |\n"
                + "| --- | --- | --- | --- | --- | --- | --- | --- |";
    }
}
