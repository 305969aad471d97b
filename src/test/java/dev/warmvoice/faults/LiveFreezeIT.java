package dev.warmvoice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.LiveClient;
import dev.warmvoice.testing.OnBinary;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Live sockets of a process frozen for longer than several ping intervals and the HTTP idle timeout. */
@EnabledOnOs(OS.LINUX)
@OnBinary
class LiveFreezeIT {

    private static final Duration PING_INTERVAL = Duration.ofSeconds(1);
    private static final int SOCKETS = 20;

    @Test
    void clientsThatAnswerPingsStayConnectedAcrossAFreeze() {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
                Artifact artifact = Artifact.start(Map.of(
                        "warmvoice.dashscope.url", emulator.url().toString(),
                        "warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY,
                        "warmvoice.rate.per-second", "0",
                        "warmvoice.pool.acquire-timeout", "10s",
                        "quarkus.http.idle-timeout", "4s",
                        "warmvoice.live.ping-interval", PING_INTERVAL.toMillis() + "ms"))) {
            List<LiveClient> clients = Stream.generate(() -> new LiveClient(artifact.base())).limit(SOCKETS).toList();
            try {
                // Ping times differ, so some sockets freeze with a ping in flight.
                for (Duration freeze : List.of(PING_INTERVAL.multipliedBy(3), PING_INTERVAL.multipliedBy(6))) {
                    artifact.freeze();
                    long end = System.nanoTime() + freeze.toNanos();
                    await().until(() -> System.nanoTime() > end);
                    artifact.thaw();
                    // After the next ping, the deadline for answers to the pings before the freeze.
                    long pinged = System.nanoTime() + PING_INTERVAL.multipliedBy(2).toNanos();
                    await().until(() -> System.nanoTime() > pinged);
                    for (LiveClient client : clients) {
                        assertThat(client.isClosed()).isFalse();
                        client.start(new JsonObject()).text("Good morning.").finish().next("finished");
                    }
                }
            } finally {
                clients.forEach(LiveClient::close);
            }
        }
    }
}
