package dev.warmvoice.fleet;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.testing.Artifact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Several processes of the artifact with the same settings, for one account. */
final class Fleet implements AutoCloseable {

    private final List<Artifact> instances = new ArrayList<>();

    /** Starts the processes and waits until all are ready. */
    Fleet(int size, Emulator emulator, Map<String, String> settings) {
        Map<String, String> all = Artifact.settings(emulator);
        all.putAll(settings);
        try {
            for (int i = 0; i < size; i++) {
                instances.add(Artifact.launch(all, Map.of()));
            }
            instances.forEach(Artifact::awaitReady);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    List<Artifact> instances() {
        return instances;
    }

    @Override
    public void close() {
        instances.forEach(Artifact::close);
    }
}
