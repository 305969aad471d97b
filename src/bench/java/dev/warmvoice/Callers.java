package dev.warmvoice;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Several callers at a time, each over a connection of his own, and each listening closely. */
final class Callers implements AutoCloseable {

    private final ExecutorService threads;
    private final URI base;
    private final int count;

    Callers(URI base, int count) {
        this.base = base;
        this.count = count;
        threads = Executors.newFixedThreadPool(count);
    }

    /** Each has the text spoken so many times, one after the other. Fails if any of it does. */
    CompletableFuture<Void> speak(String text, int times) {
        return CompletableFuture.allOf(IntStream.range(0, count)
                .mapToObj(i -> CompletableFuture.runAsync(() -> speakAlone(text, times), threads))
                .toArray(CompletableFuture[]::new));
    }

    private void speakAlone(String text, int times) {
        try (Caller caller = new HttpCaller(base)) {
            for (int i = 0; i < times; i++) {
                Expected.verify(text, caller.speak(text).audio());
            }
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
