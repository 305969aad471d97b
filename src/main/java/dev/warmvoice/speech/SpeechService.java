package dev.warmvoice.speech;

import dev.warmvoice.pool.ConnectionPool;
import dev.warmvoice.pool.Workers;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/** Makes speech. Thread-safe, does not block. */
@ApplicationScoped
public class SpeechService {

    private final ConnectionPool pool;
    private final TaskConfig limits;
    private final SpeechMetrics metrics;
    private final Workers workers;
    private volatile boolean shuttingDown;

    SpeechService(ConnectionPool pool, TaskConfig limits, SpeechMetrics metrics, Workers workers) {
        this.pool = pool;
        this.limits = limits;
        this.metrics = metrics;
        this.workers = workers;
    }

    /** From here on nothing new is begun; what runs may finish. */
    void shutDown(@Observes ShutdownDelayInitiatedEvent signal) {
        shuttingDown = true;
    }

    /**
     * Begins an utterance.
     *
     * @param request with all of its text
     * @throws SpeechException if the process is about to end
     */
    public Utterance speak(SpeechRequest request) {
        return begin(request, Script.of(request.text()));
    }

    /**
     * Begins an utterance whose text is to follow. No connection is borrowed for it before there is some.
     *
     * @param request without text
     * @throws SpeechException if the process is about to end
     */
    public Utterance speakAsWritten(SpeechRequest request) {
        return begin(request, new Script());
    }

    private Utterance begin(SpeechRequest request, Script script) {
        if (shuttingDown) {
            throw SpeechException.later(SpeechException.Kind.SHUTTING_DOWN, "the process is shutting down",
                    Duration.ofSeconds(1));
        }
        Utterance utterance = new Utterance(request, script, pool, limits, metrics, workers);
        utterance.begin();
        return utterance;
    }
}
