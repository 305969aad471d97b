package dev.warmvoice.http.speech;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.testing.EmulatorResource;
import dev.warmvoice.testing.Nightly;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Local clients that read at playing speed, with timeouts shorter than the audio that buffers hold. */
@Nightly
@QuarkusTest
@EnabledOnOs(OS.LINUX)
@QuarkusTestResource(value = EmulatorResource.class, restrictToAnnotatedClass = true, initArgs = {
        @ResourceArg(name = "warmvoice.pool.size", value = "9"),
        @ResourceArg(name = "warmvoice.live.ping-interval", value = "5s"),
        @ResourceArg(name = "warmvoice.task.first-audio-timeout", value = "20s"),
        @ResourceArg(name = "warmvoice.task.stall-timeout", value = "5s")})
class SlowReaderTest {

    @TestHTTPResource("/")
    URI base;

    @Test
    void steadyReadersGetAllAudio() {
        assertThat(SlowReader.readAll(base, Duration.ofMinutes(3), Duration.ofSeconds(30)))
                .allSatisfy(outcome -> assertThat(outcome).contains(": whole"));
    }
}
