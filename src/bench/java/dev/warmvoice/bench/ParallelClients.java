package dev.warmvoice.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Clients of the HTTP interface who have the same text spoken, side by side. */
final class ParallelClients implements AutoCloseable {

    private final List<HttpLoadClient> clients = new ArrayList<>();
    private final ExecutorService threads;

    /** @param fields of each request, besides {@code input} */
    ParallelClients(URI base, int size, JsonObject fields) throws IOException {
        threads = Executors.newFixedThreadPool(size);
        for (int i = 0; i < size; i++) {
            clients.add(new HttpLoadClient(base, fields));
        }
    }

    /** Has each of them speak the text so many times, and compares each answer with what it ought to be. */
    void speak(String text, int times, byte[] expected) {
        begin(text, times, expected).join();
    }

    /** The same, without waiting for it. */
    CompletableFuture<Void> begin(String text, int times, byte[] expected) {
        return CompletableFuture.allOf(clients.stream()
                .map(client -> CompletableFuture.runAsync(() -> speak(client, text, times, expected), threads))
                .toArray(CompletableFuture[]::new));
    }

    private static void speak(HttpLoadClient client, String text, int times, byte[] expected) {
        try {
            for (int i = 0; i < times; i++) {
                Expected.verify(expected, client.speak(text).audio());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        for (HttpLoadClient client : clients) {
            client.close();
        }
    }
}
