package dev.warmvoice.speech;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.dashscope.Usage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpeechMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SpeechMetrics metrics = new SpeechMetrics(registry);

    @Test
    void countsWhatTheServiceBilled() {
        metrics.finished(new Usage(3, 5, 7), Duration.ofMillis(40));
        metrics.finished(new Usage(10, 10, 10), Duration.ofMillis(40));
        assertThat(registry.get("warmvoice.speech.characters").counter().count()).isEqualTo(13);
        assertThat(tokens("input")).isEqualTo(15);
        assertThat(tokens("output")).isEqualTo(17);
        assertThat(registry.get("warmvoice.speech.duration").timer().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(80);
    }

    @Test
    void countsOutcomes() {
        metrics.finished(new Usage(0, 0, 0), Duration.ZERO);
        metrics.failed(SpeechException.Kind.START_TIMEOUT);
        metrics.failed(SpeechException.Kind.START_TIMEOUT);
        assertThat(outcomes("finished")).isEqualTo(1);
        assertThat(outcomes("start_timeout")).isEqualTo(2);
    }

    @Test
    void countsRetriesAndTimesTheFirstAudio() {
        metrics.retried();
        metrics.firstAudio(Duration.ofMillis(30));
        assertThat(registry.get("warmvoice.speech.retries").counter().count()).isEqualTo(1);
        assertThat(registry.get("warmvoice.speech.first.audio").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(30);
    }

    private double tokens(String direction) {
        return registry.get("warmvoice.speech.tokens").tag("direction", direction).counter().count();
    }

    private double outcomes(String outcome) {
        return registry.get("warmvoice.speech").tag("outcome", outcome).counter().count();
    }
}
