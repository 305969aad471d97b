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

/** HTTP clients that request the same text in parallel. */
final class ParallelClients implements AutoCloseable {

    private final List<HttpLoadClient> clients = new ArrayList<>();
    private final ExecutorService threads;

    /** @param fields the request fields besides {@code input} */
    ParallelClients(URI base, int size, JsonObject fields) throws IOException {
        threads = Executors.newFixedThreadPool(size);
        for (int i = 0; i < size; i++) {
            clients.add(new HttpLoadClient(base, fields));
        }
    }

    /** Makes each client speak the text this number of times, and compares each answer with the expected audio. */
    void speak(String text, int times, byte[] expected) {
        begin(text, times, expected).join();
    }

    /** Starts the clients as {@link #speak} does, without a wait for the end. */
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
