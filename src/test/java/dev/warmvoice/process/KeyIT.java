package dev.warmvoice.process;

import static dev.warmvoice.testing.Texts.SENTENCE;
import static dev.warmvoice.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.KeySidecar;
import dev.warmvoice.testing.OnBinary;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The packaged process with a key that expires. */
@EnabledOnOs(OS.LINUX)
@OnBinary
class KeyIT {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    @Test
    void readsAKeyThatHasExpiredInAFreeze() throws Exception {
        try (Emulator emulator = Emulator.start()) {
            KeySidecar key = new KeySidecar(folder.resolve("key")).write(emulator.temporaryKey(LONG));
            try (Artifact artifact = Artifact.start(settings(emulator, "file", key.path(), "1s"))) {
                key.write(emulator.temporaryKey(SHORT));
                Instant expired = Instant.now().plus(SHORT);
                await().until(() -> secondsLeft(artifact) <= SHORT.toSeconds());
                speak(artifact);
                artifact.freeze();
                await().until(() -> Instant.now().isAfter(expired));
                emulator.cutIdle(Cut.RST);
                key.write(emulator.temporaryKey(LONG));
                artifact.thaw();
                speak(artifact);
            }
        }
    }

    /** The refused request, and those that wait with it, are served with the new key. */
    @Test
    void readsARefusedKeyAtOnce() throws Exception {
        try (Emulator emulator = Emulator.start()) {
            KeySidecar key = new KeySidecar(folder.resolve("key")).write("emulator-key");
            try (Artifact artifact = Artifact.start(settings(emulator, "file", key.path(), "60m"))) {
                speak(artifact);
                key.write("sk-second-0123456789");
                emulator.acceptKeys("sk-second-0123456789");
                emulator.cutUnaccepted(Cut.RST);
                speak(artifact);
                assertThat(emulator.journal().handshakesRefused()).as("with the old key").isBetween(1, 4);
            }
        }
    }

    @Test
    void runsACommandForTheKey() throws Exception {
        try (Emulator emulator = Emulator.start()) {
            String first = emulator.temporaryKey(LONG);
            KeySidecar key = new KeySidecar(folder.resolve("key")).write(first);
            Map<String, String> settings = settings(emulator, "command", "cat " + key.path(), "1s");
            settings.put("quarkus.log.level", "ALL");
            try (Artifact artifact = Artifact.start(settings)) {
                speak(artifact);
                String last = emulator.temporaryKey(LONG.multipliedBy(2));
                key.write(last);
                await().until(() -> secondsLeft(artifact) > LONG.toSeconds());
                speak(artifact);
                assertThat(artifact.log()).contains("DEBUG")
                        .doesNotContain(new JsonObject(first).getString("token"))
                        .doesNotContain(new JsonObject(last).getString("token"));
            }
        }
    }

    private static double secondsLeft(Artifact artifact) throws Exception {
        return artifact.api().metric("warmvoice_key_expires_seconds");
    }

    private static void speak(Artifact artifact) throws Exception {
        assertThat(artifact.api().speak(new JsonObject().put("input", SENTENCE)).statusCode()).isEqualTo(200);
    }

    /** @param source {@code file} or {@code command} */
    private static Map<String, String> settings(Emulator emulator, String source, String value,
            String refresh) {
        return new HashMap<>(Map.of("warmvoice.dashscope.url", emulator.url().toString(),
                "warmvoice.dashscope.api-key-" + source, value, "warmvoice.dashscope.api-key-refresh", refresh));
    }
}
