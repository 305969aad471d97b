package dev.warmvoice.speech;

import dev.warmvoice.pool.upstream.Upstreams;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Objects;

/** Starts utterances. Thread-safe, does not block. */
@ApplicationScoped
public class SpeechService {

    private final SpeechResources resources;
    private volatile boolean shuttingDown;

    SpeechService(Upstreams upstreams, TaskConfig limits, SpeechMetrics metrics, SpeechTracer tracer,
            Workers workers, Heartbeat time) {
        this.resources = new SpeechResources(upstreams, limits, metrics, tracer, workers, time);
    }

    /** Rejects new utterances from now on; running ones may finish. */
    void shutDown(@Observes ShutdownDelayInitiatedEvent signal) {
        shuttingDown = true;
    }

    /** Whether another utterance would take nothing from others: no request waits, and a connection is idle. */
    public boolean hasSpareCapacity() {
        return resources.upstreams().hasSpareCapacity();
    }

    /**
     * Begins an utterance.
     *
     * @param request with all of its text
     * @throws SpeechException if the process is about to end
     */
    public Utterance speak(SpeechRequest request) {
        return begin(request, TextBuffer.of(
                Objects.requireNonNull(request.text(), "a request without text is for speakAsWritten")));
    }

    /**
     * Begins an utterance whose text follows. Borrows no connection before there is text.
     *
     * @param request without text
     * @throws SpeechException if the process is about to end
     */
    public Utterance speakAsWritten(SpeechRequest request) {
        return begin(request, new TextBuffer(request.normalize()));
    }

    private Utterance begin(SpeechRequest request, TextBuffer text) {
        if (shuttingDown) {
            throw SpeechException.later(SpeechException.Kind.SHUTTING_DOWN, "The server is shutting down.",
                    Duration.ofSeconds(1));
        }
        Utterance utterance = new Utterance(request, text, resources);
        utterance.begin();
        return utterance;
    }
}
