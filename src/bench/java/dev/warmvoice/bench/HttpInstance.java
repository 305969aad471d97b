package dev.warmvoice.bench;

import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Packaged;
import java.io.IOException;
import java.util.Map;

/** A Warmvoice process, binary or jar, with an HTTP client. */
final class HttpInstance implements Instance {

    private final Artifact artifact;
    private final LoadClient client;

    private HttpInstance(Artifact artifact) throws IOException {
        this.artifact = artifact;
        client = new HttpLoadClient(artifact.base());
    }

    /** Starts the process and waits until all its connections are open. */
    static HttpInstance start(Packaged packaged, Map<String, String> settings) throws IOException {
        Artifact artifact = Artifact.launch(packaged, settings, Map.of());
        try {
            artifact.awaitReady();
            return new HttpInstance(artifact);
        } catch (IOException | RuntimeException e) {
            artifact.close();
            throw e;
        }
    }

    /** The process. */
    Artifact artifact() {
        return artifact;
    }

    @Override
    public Heard speak(String text) throws IOException {
        return client.speak(text);
    }

    @Override
    public void freeze() {
        artifact.freeze();
    }

    @Override
    public void thaw() {
        artifact.thaw();
    }

    @Override
    public void close() throws IOException {
        artifact.close();
        client.close();
    }
}
