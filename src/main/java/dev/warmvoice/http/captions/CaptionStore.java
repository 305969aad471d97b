package dev.warmvoice.http.captions;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.warmvoice.http.auth.Client;
import dev.warmvoice.time.Heartbeat;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps captions for a while, within a bound of memory. Thread-safe, does not block. */
@Singleton
// Caffeine loads the cache and its entries by name: for a max weight and an expiry after writes these.
@RegisterForReflection(classNames = {"com.github.benmanes.caffeine.cache.SSMWW",
        "com.github.benmanes.caffeine.cache.PSWMW"})
public class CaptionStore {

    private final @Nullable Cache<Key, Captions> kept;
    private final long maxBytes;
    private final Duration age;

    CaptionStore(CaptionsConfig config, Heartbeat time) {
        maxBytes = config.maxMegabytes() * 1024L * 1024;
        age = config.keep().orElse(Duration.ZERO);
        kept = config.keep().map(limit -> cache(limit, time)).orElse(null);
    }

    /** A request id alone does not entitle a client to the text of another one. */
    private record Key(Client client, String requestId) {
    }

    private Cache<Key, Captions> cache(Duration limit, Heartbeat time) {
        return Caffeine.newBuilder().maximumWeight(maxBytes).<Key, Captions>weigher((key, value) -> value.bytes())
                .expireAfterWrite(limit).ticker(time::beat).executor(Runnable::run).build();
    }

    /** Whether captions are kept at all. */
    public boolean isOn() {
        return kept != null;
    }

    /** How long captions are kept; zero if they are not. */
    public Duration age() {
        return age;
    }

    /** The bound of memory. */
    long maxBytes() {
        return maxBytes;
    }

    /** Records one speech, if captions are kept. */
    public Optional<CaptionRecorder> recorder(Client client) {
        return isOn() ? Optional.of(new CaptionRecorder(this, client)) : Optional.empty();
    }

    void keep(Client client, String requestId, Captions captions) {
        if (kept != null) {
            kept.put(new Key(client, requestId), captions);
        }
    }

    /** The captions of a complete speech of that client; empty if there are none, or no longer. */
    public Optional<Captions> find(Client client, String requestId) {
        return kept == null ? Optional.empty() : Optional.ofNullable(kept.getIfPresent(new Key(client, requestId)));
    }
}
