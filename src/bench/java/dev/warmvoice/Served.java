package dev.warmvoice;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Warmvoice, and callers over HTTP who want samples. */
record Served(Artifact artifact, Chorus callers) implements Contestant {

    static Served binary(ServiceProcess service, int streams) throws IOException {
        return among(Artifact.start(service.settings(streams)), streams);
    }

    /** @param options of the JVM */
    static Served jar(ServiceProcess service, int streams, String... options) throws IOException {
        int port = Artifact.freePort();
        Map<String, String> settings = new HashMap<>(service.settings(streams));
        settings.put("quarkus.http.host", "127.0.0.1");
        settings.put("quarkus.http.port", Integer.toString(port));
        List<String> command = Packaged.at(System.getProperty("packaged.jar")).command(settings, options);
        Artifact artifact = Artifact.launch(command, port, Map.of());
        artifact.awaitReady();
        return among(artifact, streams);
    }

    private static Served among(Artifact artifact, int streams) throws IOException {
        return new Served(artifact, new Chorus(artifact.base(), streams, Pcm.FIELDS));
    }

    @Override
    public void speak(String text, int times, byte[] expected) throws Exception {
        callers.speak(text, times, expected);
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
        callers.close();
        artifact.close();
    }
}
