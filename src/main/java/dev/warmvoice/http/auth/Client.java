package dev.warmvoice.http.auth;

import dev.warmvoice.http.error.ErrorResponse;
import dev.warmvoice.http.error.RefusedException;
import dev.warmvoice.speech.Playback;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The client of one token: counts its running utterances and limits its requests per second. Thread-safe. */
public final class Client {

    /** No max. */
    static final int UNLIMITED = Integer.MAX_VALUE;

    private static final String NO_TOKEN = "-";
    /** The scope of all that may share with each other. */
    static final String SHARED = "";
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final String name;
    private final String scope;
    private final int mostStreams;
    private final @Nullable Bucket rate;
    private final Budget budget;
    private final AtomicInteger streams = new AtomicInteger();

    /**
     * A client that has sent nothing yet.
     *
     * @param name the name of its token
     * @param scope clients of one scope share what was spoken
     * @param mostStreams max utterances at a time, or {@link #UNLIMITED}
     * @param perSecond max requests per second, or {@link #UNLIMITED}; after a pause this number may come at once
     * @param budget its characters of each day
     */
    Client(String name, String scope, int mostStreams, int perSecond, Budget budget) {
        this.name = name;
        this.scope = scope;
        this.mostStreams = mostStreams;
        this.budget = budget;
        this.rate = perSecond == UNLIMITED
                ? null
                : Bucket.builder().addLimit(limit -> limit.capacity(perSecond).refillGreedy(perSecond, SECOND))
                        .withNanosecondPrecision().build();
    }

    static Client unlimited() {
        return new Client(NO_TOKEN, SHARED, UNLIMITED, UNLIMITED, Budget.unlimited());
    }

    /** The name of its token: as configured, or its number in the list; {@code -} without tokens. Never the token. */
    public String name() {
        return name;
    }

    /** Clients of one scope share what was spoken; never the token itself. */
    public String scope() {
        return scope;
    }

    /**
     * Counts a request.
     *
     * @throws RefusedException if the client has sent its requests of this second
     */
    public void acquireRequest() {
        if (rate == null) {
            return;
        }
        ConsumptionProbe probe = rate.tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            throw new RefusedException(
                    ErrorResponse.tooManyRequests(Duration.ofNanos(probe.getNanosToWaitForRefill())));
        }
    }

    /**
     * Reserves characters of the client's day.
     *
     * @param characters as the service counts them
     * @throws RefusedException if fewer are left
     */
    public Reservation reserve(int characters) {
        return budget.reserve(characters);
    }

    /**
     * Begins an utterance, which counts until it is over.
     *
     * @throws RefusedException if the max number of utterances is running
     */
    public <P extends Playback> P begin(Supplier<P> speech) {
        if (streams.getAndUpdate(count -> Math.min(count + 1, mostStreams)) == mostStreams) {
            throw new RefusedException(ErrorResponse.tooManyStreams(mostStreams, SECOND));
        }
        try {
            P playback = speech.get();
            playback.over().thenRun(streams::decrementAndGet);
            return playback;
        } catch (RuntimeException | Error e) {
            streams.decrementAndGet();
            throw e;
        }
    }
}
