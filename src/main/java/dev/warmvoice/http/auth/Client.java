package dev.warmvoice.http.auth;

import dev.warmvoice.http.error.ErrorResponse;
import dev.warmvoice.http.error.RefusedException;
import dev.warmvoice.speech.Utterance;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The client of one token: counts its running utterances and limits its requests per second. Thread-safe. */
public final class Client {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final int mostStreams;
    private final Optional<Bucket> rate;
    private final AtomicInteger streams = new AtomicInteger();

    /**
     * @param mostStreams max utterances at a time
     * @param perSecond max requests per second; after a pause this number may come at once
     */
    public Client(OptionalInt mostStreams, OptionalInt perSecond) {
        this.mostStreams = mostStreams.orElse(Integer.MAX_VALUE);
        this.rate = perSecond.isEmpty()
                ? Optional.empty()
                : Optional.of(Bucket.builder()
                        .addLimit(limit -> limit.capacity(perSecond.getAsInt())
                                .refillGreedy(perSecond.getAsInt(), SECOND))
                        .withNanosecondPrecision().build());
    }

    static Client unlimited() {
        return new Client(OptionalInt.empty(), OptionalInt.empty());
    }

    /** @throws RefusedException if the client has sent its requests of this second */
    public void acquireRequest() {
        rate.map(bucket -> bucket.tryConsumeAndReturnRemaining(1)).filter(probe -> !probe.isConsumed())
                .map(ConsumptionProbe::getNanosToWaitForRefill).ifPresent(nanos -> {
                    throw new RefusedException(ErrorResponse.tooManyRequests(Duration.ofNanos(nanos)));
                });
    }

    /**
     * Begins an utterance, which counts until it is over.
     *
     * @throws RefusedException if the max number of utterances is running
     */
    public Utterance begin(Supplier<Utterance> speech) {
        if (streams.getAndUpdate(count -> Math.min(count + 1, mostStreams)) == mostStreams) {
            throw new RefusedException(ErrorResponse.tooManyStreams(mostStreams, SECOND));
        }
        try {
            Utterance utterance = speech.get();
            utterance.over().thenRun(streams::decrementAndGet);
            return utterance;
        } catch (RuntimeException | Error e) {
            streams.decrementAndGet();
            throw e;
        }
    }
}
