package dev.warmvoice.http.usage;

import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.SpeechRequest;
import dev.warmvoice.speech.Playback;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Accounts for each utterance when it has ended: in metrics and, where it is enabled, the log. Thread-safe. */
@ApplicationScoped
public class Usages {

    private final UsageMetrics metrics;
    private final UsageLog log;

    Usages(UsageMetrics metrics, UsageLog log) {
        this.metrics = metrics;
        this.log = log;
    }

    /**
     * Accounts for an utterance when it ends.
     *
     * @param token the name of the client's token
     * @param begun when the request came, in terms of {@link System#nanoTime}
     */
    public void follow(String token, SpeechRequest request, Playback utterance, long begun) {
        utterance.result().whenComplete((done, failure) -> {
            Usage usage = new Usage(utterance.taskId().orElse(null), token, utterance.upstream().orElse(null),
                    utterance.model(), request.voice(),
                    request.format().id(), done == null ? 0 : done.characters(), done == null ? 0 : done.inputTokens(),
                    done == null ? 0 : done.outputTokens(),
                    AudioLength.seconds(request.encoding(), utterance.audioBytes(), utterance.audioHead()),
                    firstAudio(utterance),
                    Duration.ofNanos(System.nanoTime() - begun), outcome(done, failure));
            metrics.add(usage);
            log.add(usage);
        });
    }

    private static @Nullable Duration firstAudio(Playback utterance) {
        return utterance.hasAudio() ? utterance.speech().toCompletableFuture().join().firstAudio() : null;
    }

    private static String outcome(SpeechEvent.@Nullable Done done, @Nullable Throwable failure) {
        if (done != null) {
            return "finished";
        }
        return failure instanceof SpeechException speech ? speech.kind().name().toLowerCase(Locale.ROOT) : "error";
    }
}
