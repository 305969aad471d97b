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

/** Where speech is made, away from the event loop: as many sentences at once as there are processors to spare. */
final class SynthesisExecutor implements AutoCloseable {

    private static final int THREADS = 2;

    /** Sentences that may wait; a task has one at most. */
    private static final int QUEUE = 4096;

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
     * @param failed
     *            there is no room for more work, or the voice cannot say this
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

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
