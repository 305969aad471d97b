package dev.warmvoice.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void letsInAsManyAsThereArePlaces() {
        Admission admission = admission(2, 0, 8, Duration.ofMinutes(1));
        enter(admission, "a");
        enter(admission, "b");
        enter(admission, "c");
        assertThat(heard).containsExactly("a granted", "b granted");
        assertThat(admission.waiting()).isEqualTo(1);
    }

    @Test
    void firstComeFirstServed() {
        Admission admission = admission(1, 0, 8, Duration.ofMinutes(1));
        Admission.Ticket a = enter(admission, "a");
        Admission.Ticket b = enter(admission, "b");
        enter(admission, "c");
        a.leave();
        b.leave();
        assertThat(heard).containsExactly("a granted", "b granted", "c granted");
    }

    @Test
    void nobodyWaitsForLongerThanTheBound() {
        Admission admission = admission(1, 0, 8, Duration.ofMillis(50));
        enter(admission, "a");
        enter(admission, "b");
        await().untilAsserted(() -> assertThat(heard).containsExactly("a granted",
                "b refused: every connection was busy for 50 ms"));
        assertThat(admission.waiting()).isZero();
    }

    @Test
    void noMoreWaitThanTheBound() {
        Admission admission = admission(1, 0, 1, Duration.ofMinutes(1));
        enter(admission, "a");
        enter(admission, "b");
        enter(admission, "c");
        assertThat(heard).containsExactly("a granted",
                "c refused: every connection is busy and 1 requests are waiting already");
    }

    @Test
    void whoLeavesTheQueueFreesHisPlaceInIt() {
        Admission admission = admission(1, 0, 1, Duration.ofMinutes(1));
        Admission.Ticket a = enter(admission, "a");
        enter(admission, "b").cancel();
        enter(admission, "c");
        a.leave();
        assertThat(heard).containsExactly("a granted", "c granted");
    }

    @Test
    void cancellingAGrantedTicketLeavesItToItsHolder() {
        Admission admission = admission(1, 0, 1, Duration.ofMinutes(1));
        Admission.Ticket a = enter(admission, "a");
        enter(admission, "b");
        a.cancel();
        assertThat(heard).containsExactly("a granted");
        a.leave();
        a.leave();
        assertThat(heard).containsExactly("a granted", "b granted");
    }

    @Test
    void beyondThePoolThereIsOverflow() {
        Admission admission = admission(1, 1, 8, Duration.ofMinutes(1));
        assertThat(enter(admission, "a").isOverflow()).isFalse();
        Admission.Ticket b = enter(admission, "b");
        assertThat(b.isOverflow()).isTrue();
        enter(admission, "c");
        assertThat(heard).containsExactly("a granted", "b granted");
        b.leave();
        assertThat(heard).hasSize(3);
    }

    @RepeatedTest(20)
    void everyTicketIsAnsweredOnceAndEveryPlaceComesBack(RepetitionInfo repetition) {
        Admission admission = admission(3, 1, 5, Duration.ofMillis(20));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger answers = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        AtomicInteger lateGrants = new AtomicInteger();
        AtomicInteger grants = new AtomicInteger();
        AtomicInteger left = new AtomicInteger();
        CompletableFuture<?>[] callers = IntStream.range(0, 8).mapToObj(caller -> CompletableFuture.runAsync(() -> {
            Random random = new Random(repetition.getCurrentRepetition() * 100L + caller);
            for (int i = 0; i < 60; i++) {
                CompletableFuture<Boolean> answer = new CompletableFuture<>();
                Admission.Ticket ticket = admission.enter(() -> {
                    grants.incrementAndGet();
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    answers.incrementAndGet();
                    answer.complete(true);
                }, refused -> {
                    answers.incrementAndGet();
                    answer.complete(false);
                });
                if (random.nextInt(4) == 0) {
                    ticket.cancel();
                    if (!answer.isDone()) {
                        cancelled.incrementAndGet();
                        // Its turn may have come in this very moment, and then it has to be passed on.
                        answer.thenAccept(granted -> {
                            lateGrants.incrementAndGet();
                            if (granted) {
                                inside.decrementAndGet();
                                ticket.leave();
                                left.incrementAndGet();
                            }
                        });
                        continue;
                    }
                }
                if (answer.join()) {
                    Thread.yield();
                    inside.decrementAndGet();
                    ticket.leave();
                    left.incrementAndGet();
                }
            }
        })).toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(callers).join();
        assertThat(most.get()).isLessThanOrEqualTo(4);
        await().untilAsserted(() -> assertThat(answers.get() + cancelled.get() - lateGrants.get()).isEqualTo(8 * 60));
        await().until(() -> grants.get() == left.get());
        assertThat(admission.waiting()).isZero();
        IntStream.range(0, 4).forEach(i -> enter(admission, "after"));
        assertThat(heard).containsExactly("after granted", "after granted", "after granted", "after granted");
    }

    private Admission admission(int places, int overflow, int maxWaiting, Duration timeout) {
        return new Admission(places, overflow, maxWaiting, timeout, timer);
    }

    private Admission.Ticket enter(Admission admission, String who) {
        return admission.enter(() -> heard.add(who + " granted"),
                refused -> heard.add(who + " refused: " + refused.getMessage()));
    }
}
