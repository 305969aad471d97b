package dev.warmvoice.emulator;

import dev.warmvoice.emulator.voice.SentenceSynthesizer;
import dev.warmvoice.emulator.voice.SynthesizedSentence;

import io.vertx.core.Context;
import io.vertx.core.Vertx;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Synthesizes speech away from the event loop, at most two sentences at a time. */
final class SynthesisExecutor implements AutoCloseable {

    private static final int THREADS = 2;

    /** Max sentences that wait; a task has at most one. */
    private static final int QUEUE = 4096;

    /** A sentence takes far less. */
    private static final int CLOSE_SECONDS = 5;

    private final Vertx vertx;
    private final Context eventLoop;
    private final ThreadPoolExecutor threads;

    SynthesisExecutor(Vertx vertx, Context eventLoop) {
        this.vertx = vertx;
        this.eventLoop = eventLoop;
        threads = new ThreadPoolExecutor(THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE),
                run -> {
                    var thread = new Thread(run, "emulator-voice");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    Timer timer() {
        return new Timer(vertx);
    }

    /**
     * Speaks a sentence. Exactly one of the two is called, on the event loop.
     *
     * @param failed there is no room for more work, or the voice cannot say this
     */
    void speak(SentenceSynthesizer speech, String sentence, Consumer<SynthesizedSentence> done, Runnable failed) {
        try {
            threads.execute(() -> {
                Runnable outcome = failed;
                try {
                    SynthesizedSentence spoken = speech.speak(sentence);
                    outcome = () -> done.accept(spoken);
                } finally {
                    Runnable result = outcome;
                    eventLoop.runOnContext(ignored -> result.run());
                }
            });
        } catch (RejectedExecutionException full) {
            eventLoop.runOnContext(ignored -> failed.run());
        }
    }

    /** Waits for running work, whose results still need the event loop. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
