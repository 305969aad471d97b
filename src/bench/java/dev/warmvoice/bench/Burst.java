package dev.warmvoice.bench;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** HTTP clients that send their requests at the same moment, each on its own thread and connection. */
final class Burst implements AutoCloseable {

    private final String text;
    private final List<HttpLoadClient> clients = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private int failures;

    Burst(URI base, int most, String text) throws IOException {
        this.text = text;
        for (int i = 0; i < most; i++) {
            clients.add(new HttpLoadClient(base));
        }
    }

    /** The times to first audio of successful requests, in nanoseconds, in ascending order. */
    List<Long> speak(int size) throws InterruptedException {
        CyclicBarrier together = new CyclicBarrier(size);
        List<Callable<Long>> requests = new ArrayList<>();
        for (HttpLoadClient client : clients.subList(0, size)) {
            requests.add(() -> {
                together.await();
                LoadClient.Heard heard = client.speak(text);
                Expected.verify(text, heard.audio());
                return heard.firstNanos();
            });
        }
        List<Long> times = new ArrayList<>();
        for (Future<Long> answer : threads.invokeAll(requests)) {
            try {
                times.add(answer.get());
            } catch (ExecutionException e) {
                System.err.println("Of " + size + " at once: " + e.getCause());
                failures++;
            }
        }
        times.sort(null);
        return times;
    }

    int failures() {
        return failures;
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        for (HttpLoadClient client : clients) {
            client.close();
        }
    }
}
