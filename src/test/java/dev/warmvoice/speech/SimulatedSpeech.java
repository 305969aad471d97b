package dev.warmvoice.speech;

import dev.warmvoice.pool.ConnectionPool;
import dev.warmvoice.pool.rate.TaskRate;
import dev.warmvoice.pool.upstream.Upstreams;
import dev.warmvoice.speech.SpeechRequest.Encoding;
import dev.warmvoice.speech.SpeechRequest.HotFix;
import dev.warmvoice.speech.SpeechRequest.Prosody;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;

/** Package-private parts of this package for tests in other packages. */
public final class SimulatedSpeech {

    private SimulatedSpeech() {
    }

    public static SpeechService service(ConnectionPool pool, TaskRate rate, TaskConfig limits, Workers workers,
            Heartbeat time) {
        CompositeMeterRegistry registry = new CompositeMeterRegistry();
        return new SpeechService(Upstreams.of(pool, rate, time, workers, registry), limits, new SpeechMetrics(registry),
                SpeechTracer.off(),
                workers,
                time);
    }

    /**
     * @param text null if the client sends it in pieces
     * @param tag an identifier of the request in its tasks
     */
    public static SpeechRequest request(SpokenText text, int tag, boolean timestamps) {
        return new SpeechRequest(text, "model", "voice", new Encoding(AudioFormat.MP3, 22_050, null, null),
                Prosody.NORMAL,
                tag,
                null, null, HotFix.NONE, timestamps, null, false);
    }
}
