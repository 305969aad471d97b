package dev.warmvoice.bench;

import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Packaged;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** A Warmvoice process with HTTP clients that request PCM. */
record Served(Artifact artifact, ParallelClients clients) implements SystemUnderTest {

    static Served binary(ServiceProcess service, int streams) throws IOException {
        return among(Artifact.start(service.settings(streams)), streams);
    }

    /** @param options the JVM options */
    static Served jar(ServiceProcess service, int streams, String... options) throws IOException {
        Artifact artifact = Artifact.launch(Packaged.at(System.getProperty("packaged.jar")), service.settings(streams),
                Map.of(), options);
        artifact.awaitReady();
        return among(artifact, streams);
    }

    private static Served among(Artifact artifact, int streams) throws IOException {
        return new Served(artifact, new ParallelClients(artifact.base(), streams, Pcm.FIELDS));
    }

    @Override
    public void speak(String text, int times, byte[] expected) throws Exception {
        clients.speak(text, times, expected);
    }

    @Override
    public long pid() {
        return artifact.pid();
    }

    @Override
    public Duration cpuTime() {
        return artifact.cpuTime();
    }

    @Override
    public void close() throws IOException {
        clients.close();
        artifact.close();
    }
}
