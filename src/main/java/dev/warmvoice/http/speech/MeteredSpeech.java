package dev.warmvoice.http.speech;

import dev.warmvoice.http.auth.Client;
import dev.warmvoice.http.auth.Reservation;
import dev.warmvoice.http.error.RefusedException;
import dev.warmvoice.http.usage.Usages;
import dev.warmvoice.speech.Playback;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.SpeechRequest;
import dev.warmvoice.speech.SpokenText;
import dev.warmvoice.speech.WrittenSpeech;
import dev.warmvoice.speech.cache.CacheUse;
import dev.warmvoice.speech.cache.SpeechCache;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.function.Supplier;

/** Begins utterances within their client's limits, and accounts for them. Thread-safe, does not block. */
@ApplicationScoped
public class MeteredSpeech {

    private final SpeechCache cache;
    private final Usages usages;

    MeteredSpeech(SpeechCache cache, Usages usages) {
        this.cache = cache;
        this.usages = usages;
    }

    /**
     * An utterance that has begun.
     *
     * @param reserved its characters in the client's budget
     */
    public record Begun(WrittenSpeech utterance, Reservation reserved) {
    }

    /**
     * Begins speech of a text that is there.
     *
     * @param use what the request allows a cache
     * @throws SpeechException if the process is about to end
     * @throws RefusedException if one of the client's limits is reached
     */
    public Playback begin(SpeechRequest request, CacheUse use, Client client) {
        SpokenText text = Objects.requireNonNull(request.text(), "a request without text is for beginAsWritten");
        return begin(request, client, client.reserve(text.characters()),
                () -> cache.speak(request, use, client.scope()));
    }

    /**
     * Begins an utterance whose text follows.
     *
     * @throws SpeechException if the process is about to end
     * @throws RefusedException if one of the client's limits is reached
     */
    public Begun beginAsWritten(SpeechRequest request, Client client) {
        Reservation reserved = client.reserve(0);
        return new Begun(begin(request, client, reserved, () -> cache.speakAsWritten(request, client.scope())),
                reserved);
    }

    private <P extends Playback> P begin(SpeechRequest request, Client client, Reservation reserved,
            Supplier<P> speech) {
        long begun = System.nanoTime();
        P playback = reserved.follow(() -> client.begin(speech));
        usages.follow(client.name(), request, playback, begun);
        return playback;
    }
}
