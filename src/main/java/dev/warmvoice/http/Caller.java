package dev.warmvoice.http;

import dev.warmvoice.speech.Utterance;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** All who come with the same token: what they have going on, and how often they ask. Thread-safe. */
final class Caller {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final int mostStreams;
    private final Optional<Bucket> rate;
    private final AtomicInteger streams = new AtomicInteger();

    /**
     * @param mostStreams utterances at a time
     * @param perSecond requests a second; as many may come at once after a pause
     */
    Caller(OptionalInt mostStreams, OptionalInt perSecond) {
        this.mostStreams = mostStreams.orElse(Integer.MAX_VALUE);
        this.rate = perSecond.isEmpty()
                ? Optional.empty()
                : Optional.of(Bucket.builder()
                        .addLimit(limit -> limit.capacity(perSecond.getAsInt())
                                .refillGreedy(perSecond.getAsInt(), SECOND))
                        .withNanosecondPrecision().build());
    }

    static Caller unlimited() {
        return new Caller(OptionalInt.empty(), OptionalInt.empty());
    }

    /** @throws RefusedException if it is too soon for another request */
    void ask() {
        rate.map(bucket -> bucket.tryConsumeAndReturnRemaining(1)).filter(probe -> !probe.isConsumed())
                .map(ConsumptionProbe::getNanosToWaitForRefill).ifPresent(nanos -> {
                    throw new RefusedException(ErrorAnswer.tooManyRequests(Duration.ofNanos(nanos)));
                });
    }

    /**
     * Begins an utterance, which counts until it is over.
     *
     * @throws RefusedException if as many as may be are going on
     */
    Utterance begin(Supplier<Utterance> speech) {
        if (streams.getAndUpdate(count -> Math.min(count + 1, mostStreams)) == mostStreams) {
            throw new RefusedException(ErrorAnswer.tooManyStreams(mostStreams, SECOND));
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
