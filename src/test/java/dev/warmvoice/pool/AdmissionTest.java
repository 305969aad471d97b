package dev.warmvoice.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.time.Clocks;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.ThreadWorkers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private final ThreadWorkers workers = new ThreadWorkers(2);
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void stop() {
        workers.close();
    }

    @Test
    void admitsOneRequestPerPlace() {
        Admission admission = admission(2, 8, Duration.ofMinutes(1));
        enter(admission, "a");
        enter(admission, "b");
        enter(admission, "c");
        assertThat(heard).containsExactly("a granted", "b granted");
        assertThat(admission.waiting()).isEqualTo(1);
    }

    @Test
    void queueIsFirstInFirstOut() {
        Admission admission = admission(1, 8, Duration.ofMinutes(1));
        Admission.Permit a = enter(admission, "a");
        Admission.Permit b = enter(admission, "b");
        enter(admission, "c");
        a.release();
        // Grants are reported by several threads.
        await().until(() -> heard.contains("b granted"));
        assertThat(heard).containsExactly("a granted", "b granted");
        b.release();
        await().untilAsserted(() -> assertThat(heard).containsExactly("a granted", "b granted", "c granted"));
    }

    @Test
    void waitIsBounded() {
        Admission admission = admission(1, 8, Duration.ofMillis(50));
        enter(admission, "a");
        enter(admission, "b");
        await().untilAsserted(() -> assertThat(heard).containsExactly("a granted",
                "b refused: All connections were busy for 50 ms."));
        assertThat(admission.waiting()).isZero();
    }

    @Test
    void queueIsBounded() {
        Admission admission = admission(1, 1, Duration.ofMinutes(1));
        enter(admission, "a");
        enter(admission, "b");
        enter(admission, "c");
        assertThat(heard).containsExactly("a granted",
                "c refused: All connections are busy and 1 requests, the max, are already waiting.");
    }

    @Test
    void cancelledRequestLeavesTheQueue() {
        Admission admission = admission(1, 1, Duration.ofMinutes(1));
        Admission.Permit a = enter(admission, "a");
        enter(admission, "b").release();
        enter(admission, "c");
        a.release();
        await().untilAsserted(() -> assertThat(heard).containsExactly("a granted", "c granted"));
    }

    @Test
    void doubleReleaseFreesOnePlace() {
        Admission admission = admission(1, 2, Duration.ofMinutes(1));
        Admission.Permit a = enter(admission, "a");
        enter(admission, "b");
        enter(admission, "c");
        a.release();
        a.release();
        await().untilAsserted(() -> assertThat(heard).containsExactly("a granted", "b granted"));
        assertThat(admission.waiting()).isEqualTo(1);
    }

    @Test
    void requestAfterItsReleaseIsIgnored() {
        Admission admission = admission(1, 2, Duration.ofMinutes(1));
        Admission.Permit a = admission.permit(() -> heard.add("a granted"), refused -> heard.add("a refused"));
        a.release();
        a.request();
        enter(admission, "b");
        assertThat(heard).containsExactly("b granted");
    }

    @Tag("threads")
    @RepeatedTest(20)
    void everyPermitIsAnsweredOnceAndEveryPlaceReleased(RepetitionInfo repetition) {
        Admission admission = admission(4, 5, Duration.ofMillis(20));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger max = new AtomicInteger();
        AtomicInteger answers = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        AtomicInteger lateAnswers = new AtomicInteger();
        CompletableFuture<?>[] clients = IntStream.range(0, 8).mapToObj(client -> CompletableFuture.runAsync(() -> {
            Random random = new Random(repetition.getCurrentRepetition() * 100L + client);
            for (int i = 0; i < 60; i++) {
                CompletableFuture<Boolean> answer = new CompletableFuture<>();
                Admission.Permit permit = admission.permit(() -> {
                    max.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    answers.incrementAndGet();
                    answer.complete(true);
                }, refused -> {
                    answers.incrementAndGet();
                    answer.complete(false);
                });
                permit.request();
                if (answer.isDone() || random.nextInt(4) > 0) {
                    if (answer.join()) {
                        Thread.yield();
                        inside.decrementAndGet();
                    }
                } else {
                    // A permit may be granted during its release; it then counts and leaves at once.
                    cancelled.incrementAndGet();
                    answer.thenAccept(granted -> {
                        lateAnswers.incrementAndGet();
                        if (granted) {
                            inside.decrementAndGet();
                        }
                    });
                }
                permit.release();
            }
        })).toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(clients).join();
        // A permit released during its grant still counts for a moment after its place is free.
        assertThat(max.get() - lateAnswers.get()).isLessThanOrEqualTo(4);
        await().untilAsserted(() -> assertThat(answers.get() + cancelled.get() - lateAnswers.get()).isEqualTo(8 * 60));
        assertThat(admission.waiting()).isZero();
        IntStream.range(0, 4).forEach(i -> enter(admission, "after"));
        assertThat(heard).containsExactly("after granted", "after granted", "after granted", "after granted");
    }

    private Admission admission(int places, int maxWaiting, Duration timeout) {
        return new Admission(places, maxWaiting, timeout, new Heartbeat(Clocks.SYSTEM, Duration.ofSeconds(2)), workers);
    }

    private Admission.Permit enter(Admission admission, String who) {
        Admission.Permit permit = admission.permit(() -> heard.add(who + " granted"),
                refused -> heard.add(who + " refused: " + refused.getMessage()));
        permit.request();
        return permit;
    }
}
