package dev.warmvoice.http.speech;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.warmvoice.http.auth.Client;
import dev.warmvoice.http.error.ErrorBody;
import dev.warmvoice.http.error.ErrorResponse;
import dev.warmvoice.speech.Playback;
import dev.warmvoice.speech.Reuse;
import dev.warmvoice.speech.Speech;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.SpeechRequest;
import dev.warmvoice.speech.SpeechService;
import dev.warmvoice.speech.cache.CacheUse;
import dev.warmvoice.speech.cache.SpeechCache;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Fills the cache one text after the other, out of what requests leave: each only while no request waits and a connection is
 * idle, and at most every second turn of the rate. Thread-safe, does not block.
 */
@ApplicationScoped
public class Precache {

    private static final Duration POLL = Duration.ofMillis(50);
    private static final int RETRIES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(10);
    private static final long NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

    private final PrecacheReader reader;
    private final MeteredSpeech speech;
    private final SpeechService service;
    private final SpeechCache cache;
    private final long pace;
    // Guarded by this.
    private long nextAt = System.nanoTime();

    Precache(PrecacheReader reader, MeteredSpeech speech, SpeechService service, SpeechCache cache,
            @ConfigProperty(name = "warmvoice.rate.per-second") int perSecond) {
        this.reader = reader;
        this.speech = speech;
        this.service = service;
        this.cache = cache;
        this.pace = perSecond == 0 ? 0 : 2 * NANOS_PER_SECOND / perSecond;
    }

    /**
     * What has become of one text.
     *
     * @param index its place in the list, from 0
     * @param status what came of it
     * @param error why it could not be spoken; null if it is kept
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Progress(int index, Status status, ErrorBody.@Nullable Detail error) {
    }

    /** What came of a text. */
    public enum Status {

        /** The service has spoken it now. */
        @JsonProperty("spoken")
        SPOKEN,
        /** It was there before. */
        @JsonProperty("kept")
        KEPT,
        /** It is longer than the texts that are kept. */
        @JsonProperty("too_long")
        TOO_LONG,
        /** It could not be spoken. */
        @JsonProperty("failed")
        FAILED
    }

    /**
     * Has each text of a list kept.
     *
     * @param body UTF-8 JSON
     * @return an item for each text, when it is known what came of it; ends early if cancelled
     * @throws SpeechException if anything is wrong with the list, or there is no cache
     */
    public Multi<Progress> begin(byte[] body, Client client) {
        if (!cache.isOn()) {
            throw SpeechException.invalid(null, "Nothing is kept here: warmvoice.cache.size-bytes is 0.");
        }
        return begin(reader.read(body), client);
    }

    Multi<Progress> begin(List<SpeechRequest> requests, Client client) {
        AtomicInteger index = new AtomicInteger();
        return Multi.createFrom().iterable(requests)
                .onItem().transformToUniAndConcatenate(request -> keep(request, index.getAndIncrement(), client));
    }

    private Uni<Progress> keep(SpeechRequest request, int index, Client client) {
        if (!cache.isKept(request)) {
            return Uni.createFrom().item(new Progress(index, Status.TOO_LONG, null));
        }
        return turn().chain(() -> play(request, client)).onFailure(Precache::isTransient).retry()
                .withBackOff(PAUSE, MAX_PAUSE).atMost(RETRIES)
                .map(begun -> new Progress(index, isNew(begun) ? Status.SPOKEN : Status.KEPT, null)).onFailure()
                .recoverWithItem(why -> new Progress(index, Status.FAILED, ErrorResponse.of(why).body().error()));
    }

    /** A request that is wrong stays wrong; the service, and what others want of it, changes. */
    private static boolean isTransient(Throwable why) {
        return !(why instanceof SpeechException speech)
                || (speech.kind() != SpeechException.Kind.INVALID
                        && speech.kind() != SpeechException.Kind.UNKNOWN_MODEL);
    }

    private static boolean isNew(Speech begun) {
        Reuse reuse = begun.reuse();
        return reuse != null && reuse.kind() != Reuse.Kind.HIT;
    }

    private Uni<Speech> play(SpeechRequest request, Client client) {
        Playback playback = speech.begin(request, CacheUse.ANY, client);
        // A copy, since a cancelled Uni cancels its stage.
        return Uni.createFrom().completionStage(playback.speech().thenApply(begun -> begun))
                .call(begun -> Multi.createFrom().publisher(begun.events()).collect().last())
                .onTermination().invoke(playback::cancel);
    }

    private Uni<Void> turn() {
        return Multi.createBy().repeating().supplier(this::take).withDelay(POLL).until(taken -> taken).collect().last()
                .replaceWithVoid();
    }

    private synchronized boolean take() {
        long now = System.nanoTime();
        if (now - nextAt < 0 || !service.hasSpareCapacity()) {
            return false;
        }
        nextAt = now + pace;
        return true;
    }
}
