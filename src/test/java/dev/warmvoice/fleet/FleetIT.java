package dev.warmvoice.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.OnBinary;
import dev.warmvoice.testing.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Several processes that share an account's rate, with more requests than it allows. */
@EnabledOnOs(OS.LINUX)
@OnBinary
class FleetIT {

    private static final int SIZE = 3;
    private static final int PER_SECOND = 3;

    /** Tasks that other tests on this machine may delay beyond the tolerance of the rate. {@link FleetBench} has the figure. */
    private static final int NOISE = 8;

    private RedisServer redis;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Artifact.isNative(), "cold JVMs delay tasks beyond the tolerance of the rate");
        redis = RedisServer.start();
    }

    @AfterEach
    void stop() {
        if (redis != null) {
            redis.close();
        }
    }

    private Map<String, String> shared() {
        return Map.of("warmvoice.rate.shared", redis.url());
    }

    @Test
    void fleetUsesTheRateOfItsAccount() throws Exception {
        Run run = Run.of(PER_SECOND, SIZE, Duration.ofSeconds(15), shared(), Run.Disturbance.NONE);
        assertThat(run.failures()).isEmpty();
        assertThat(run.throttled()).isLessThanOrEqualTo(NOISE);
        assertThat(run.used()).isBetween(0.5, 1.0);
    }

    @Test
    void outagesOfRedisFailNoRequest() throws Exception {
        Run run = Run.of(PER_SECOND, SIZE, Duration.ofSeconds(20), shared(), new Outages(redis, new Random(1)));
        assertThat(run.failures()).isEmpty();
        assertThat(run.throttled()).isLessThanOrEqualTo(NOISE);
    }

    @Test
    void frozenInstanceKeepsNoSlotFromTheOthers() throws Exception {
        Run run = Run.of(PER_SECOND, SIZE, Duration.ofSeconds(15), shared(), (time, fleet) -> {
            Artifact frozen = fleet.instances().get(0);
            frozen.freeze();
            Run.pause(time);
            frozen.thaw();
            Run.pause(Duration.ofSeconds(2));
        });
        assertThat(run.failures()).isEmpty();
        assertThat(run.throttled()).isLessThanOrEqualTo(NOISE);
        assertThat(run.used()).isGreaterThan(0.5);
    }

    @Test
    void processWithoutRedisIsReadyAndKeepsToItsShare() throws Exception {
        redis.kill();
        Run run = Run.of(PER_SECOND, 1, Duration.ofSeconds(5), Map.of("warmvoice.rate.shared", redis.url(),
                "warmvoice.rate.expected-instances", "3"), Run.Disturbance.NONE);
        assertThat(run.failures()).isEmpty();
        assertThat(run.used()).isBetween(0.2, 0.5);
    }

    @Test
    void passwordIsInNoLog() throws Exception {
        Map<String, String> settings = Map.of("warmvoice.rate.shared",
                redis.url().replace("redis://", "redis://user:a-password-of-redis@"));
        try (Emulator emulator = Emulator.start();
                Fleet fleet = new Fleet(1, emulator, settings)) {
            List<Artifact> all = fleet.instances();
            Run.pause(Duration.ofSeconds(2));
            assertThat(all.get(0).log()).contains("The shared rate cannot be reached")
                    .doesNotContain("a-password-of-redis");
        }
    }
}
