package dev.warmvoice;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Callers of the HTTP interface who have the same text spoken, side by side. */
final class Chorus implements AutoCloseable {

    private final List<HttpCaller> callers = new ArrayList<>();
    private final ExecutorService threads;

    /** @param fields of each request, besides {@code input} */
    Chorus(URI base, int size, JsonObject fields) throws IOException {
        threads = Executors.newFixedThreadPool(size);
        for (int i = 0; i < size; i++) {
            callers.add(new HttpCaller(base, fields));
        }
    }

    /** Has each of them speak the text so many times, and compares each answer with what it ought to be. */
    void speak(String text, int times, byte[] expected) throws Exception {
        List<Callable<Void>> parts = new ArrayList<>();
        for (HttpCaller caller : callers) {
            parts.add(() -> {
                for (int i = 0; i < times; i++) {
                    Expected.verify(expected, caller.speak(text).audio());
                }
                return null;
            });
        }
        for (Future<Void> part : threads.invokeAll(parts)) {
            part.get();
        }
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        for (HttpCaller caller : callers) {
            caller.close();
        }
    }
}
