package dev.warmvoice.bench;

import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Sample;
import java.util.function.Supplier;

/** How long a process takes from its start, in nanoseconds. The process ends with the measurement. */
final class Start {

    private Start() {
    }

    /** Until a GET of the path returns 200. */
    static long untilOk(Supplier<Artifact> launch, String path) {
        long begin = System.nanoTime();
        try (Artifact artifact = launch.get()) {
            Probe.awaitOk(artifact.base(), path);
            return System.nanoTime() - begin;
        }
    }

    /** Until the first audio of a text, asked for as soon as the process accepts a request. */
    static long untilFirstAudio(Supplier<Artifact> launch, String text) {
        long begin = System.nanoTime();
        try (Artifact artifact = launch.get()) {
            Sample first = new Sample();
            Probe.poll(() -> {
                long called = System.nanoTime();
                try (LoadClient client = new HttpLoadClient(artifact.base())) {
                    LoadClient.Heard heard = client.speak(text);
                    Expected.verify(text, heard.audio());
                    first.addNanos(called - begin + heard.firstNanos());
                    return true;
                }
            });
            return (long) (first.max() * 1e6);
        }
    }
}
