package dev.warmvoice.bench;

import dev.warmvoice.testing.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that send one text after another, each on its own thread and connection. */
final class ClosedLoopLoad {

    /** The pause of a client after a 429. */
    private static final Duration BACK_OFF = Duration.ofMillis(250);

    private final String[] texts;
    private final Duration arriving;
    private final Sample firsts = new Sample();
    private final Sample gaps = new Sample();
    private final AtomicInteger heard = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

    /** Creates a client. */
    interface Invitation {

        LoadClient accept() throws IOException;
    }

    /** @param arriving the time within which all clients start, at the same moments in each run */
    ClosedLoopLoad(Duration arriving, String... texts) {
        this.arriving = arriving;
        this.texts = texts;
    }

    /** Runs all clients until the deadline; each finishes its current text. */
    ClosedLoopLoad talk(int clients, Duration time, Invitation invitation) {
        Random moments = new Random(clients);
        long over = System.nanoTime() + time.toNanos();
        ExecutorService threads = Executors.newCachedThreadPool();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            int turn = i;
            all.add(CompletableFuture.runAsync(() -> talk(turn, over, invitation), CompletableFuture
                    .delayedExecutor(moments.nextInt((int) arriving.toMillis()), TimeUnit.MILLISECONDS, threads)));
        }
        all.forEach(CompletableFuture::join);
        threads.shutdown();
        return this;
    }

    private void talk(int turn, long over, Invitation invitation) {
        try (LoadClient client = invitation.accept()) {
            for (int i = turn; System.nanoTime() < over; i++) {
                speak(client, texts[i % texts.length]);
            }
        } catch (IOException e) {
            failures.add(e.toString());
        }
    }

    private void speak(LoadClient client, String text) {
        try {
            LoadClient.Heard answer = client.speak(text);
            Expected.verify(text, answer.audio());
            firsts.addNanos(answer.firstNanos());
            for (long gap : answer.gapsNanos()) {
                gaps.addNanos(gap);
            }
            heard.incrementAndGet();
        } catch (LoadClient.Refused e) {
            refused.incrementAndGet();
            CompletableFuture.runAsync(() -> {
            }, CompletableFuture.delayedExecutor(BACK_OFF.toMillis(), TimeUnit.MILLISECONDS)).join();
        } catch (IOException e) {
            failures.add(e.toString());
        }
    }

    /** The times to first audio. */
    Sample firsts() {
        return firsts;
    }

    /** The gaps between arrivals of audio. */
    Sample gaps() {
        return gaps;
    }

    /** The count of completely spoken texts. */
    int heard() {
        return heard.get();
    }

    /** The count of answers with status 429. */
    int refused() {
        return refused.get();
    }

    /** All other failures. */
    List<String> failures() {
        return List.copyOf(failures);
    }
}
