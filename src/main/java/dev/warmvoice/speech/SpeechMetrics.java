package dev.warmvoice.speech;

import dev.warmvoice.dashscope.Usage;
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
    private final Counter inputTokens;
    private final Counter outputTokens;

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
        inputTokens = tokens("input");
        outputTokens = tokens("output");
    }

    private Counter tokens(String direction) {
        return Counter.builder("warmvoice.speech.tokens").tag("direction", direction)
                .description("Tokens the service billed").register(registry);
    }

    void firstAudio(Duration after) {
        firstAudio.record(after);
    }

    void retried() {
        retries.increment();
    }

    void finished(Usage billed, Duration after) {
        characters.increment(billed.characters());
        inputTokens.increment(billed.inputTokens());
        outputTokens.increment(billed.outputTokens());
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
