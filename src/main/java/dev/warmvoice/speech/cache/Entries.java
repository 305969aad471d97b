package dev.warmvoice.speech.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.warmvoice.time.Heartbeat;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.Optional;

/** What is kept in memory, within a bound of bytes. Thread-safe, does not block. */
// Caffeine loads the cache and its entries by name: for a max weight and an expiry after writes these.
@RegisterForReflection(classNames = {"com.github.benmanes.caffeine.cache.SSMWW",
        "com.github.benmanes.caffeine.cache.PSWMW"})
final class Entries {

    private final Cache<EntryKey, Recording> kept;
    private final Duration ttl;

    Entries(long maxBytes, Duration ttl, Heartbeat time) {
        this.ttl = ttl;
        kept = Caffeine.newBuilder().maximumWeight(maxBytes)
                .<EntryKey, Recording>weigher((key, entry) -> entry.weight()).expireAfterWrite(ttl).ticker(time::beat)
                .executor(Runnable::run).build();
    }

    Optional<Recording> find(EntryKey key) {
        // What another instance has spoken was not new when it was written here.
        return Optional.ofNullable(kept.getIfPresent(key)).filter(entry -> entry.age().compareTo(ttl) < 0);
    }

    /** @param entry complete */
    void keep(EntryKey key, Recording entry) {
        kept.put(key, entry);
    }

    long bytes() {
        return kept.policy().eviction().map(eviction -> eviction.weightedSize().orElse(0)).orElse(0L);
    }

    long count() {
        return kept.estimatedSize();
    }
}
