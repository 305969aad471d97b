package dev.warmvoice.speech;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;

/** The metrics {@code warmvoice.speech.*}. */
@ApplicationScoped
class SpeechMetrics {

    private final MeterRegistry registry;
    private final Timer firstAudio;
    private final Timer duration;
    private final Counter retries;
    private final Counter characters;

    SpeechMetrics(MeterRegistry registry) {
        this.registry = registry;
        firstAudio = Timer.builder("warmvoice.speech.first.audio")
                .description("From the request to its first audio").publishPercentileHistogram().register(registry);
        duration = Timer.builder("warmvoice.speech.duration")
                .description("From the request to the end of its audio").register(registry);
        retries = Counter.builder("warmvoice.speech.retries")
                .description("Attempts repeated on a new connection").register(registry);
        characters = Counter.builder("warmvoice.speech.characters")
                .description("Characters the service billed").register(registry);
    }

    void firstAudio(Duration after) {
        firstAudio.record(after);
    }

    void retried() {
        retries.increment();
    }

    void finished(int billed, Duration after) {
        characters.increment(billed);
        duration.record(after);
        outcome("finished");
    }

    void failed(SpeechException.Kind kind) {
        outcome(kind.name().toLowerCase(Locale.ROOT));
    }

    private void outcome(String outcome) {
        registry.counter("warmvoice.speech", "outcome", outcome).increment();
    }
}
