package dev.warmvoice.speech.cache;

import dev.warmvoice.speech.cache.EntryCodec.Entry;
import dev.warmvoice.speech.cache.EntryCodec.InvalidEntryException;
import dev.warmvoice.time.Heartbeat;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.value.ReactiveValueCommands;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Entries that all instances share, in Redis or Valkey. Whatever goes wrong there is a miss, and for a moment after that
 * nothing is asked for, so that a server that is gone delays one request and not each. Thread-safe, does not block.
 */
final class SharedEntries {

    private static final Logger LOG = Logger.getLogger(SharedEntries.class);
    private static final String PREFIX = "warmvoice:cache:";
    /** How long to ask for nothing after a failure. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final ReactiveValueCommands<String, byte[]> redis;
    private final EntryCodec codec;
    private final Duration ttl;
    private final Duration timeout;
    private final Heartbeat time;
    private final CacheMetrics metrics;
    // Guarded by this.
    private long pausedUntil = Long.MIN_VALUE;
    private boolean isLost;

    /** What has come of a look at the server. */
    enum Outcome {
        FOUND,
        MISSING,
        /** It did not verify. */
        INVALID,
        FAILED
    }

    /** @param timeout of an answer */
    SharedEntries(ReactiveRedisDataSource redis, EntryCodec codec, Duration ttl, Duration timeout, Heartbeat time,
            CacheMetrics metrics) {
        this.redis = redis.value(byte[].class);
        this.codec = codec;
        this.ttl = ttl;
        this.timeout = timeout;
        this.time = time;
        this.metrics = metrics;
    }

    /** @param found called once: with what is kept, or empty */
    void find(EntryKey key, Consumer<Optional<Entry>> found) {
        if (isPaused()) {
            found.accept(Optional.empty());
            return;
        }
        redis.get(name(key)).ifNoItem().after(timeout).fail().subscribe().with(bytes -> {
            reached();
            found.accept(bytes == null ? missing() : decode(key, bytes));
        }, failure -> {
            lost(failure);
            found.accept(Optional.empty());
        });
    }

    private Optional<Entry> missing() {
        metrics.looked(Outcome.MISSING);
        return Optional.empty();
    }

    private Optional<Entry> decode(EntryKey key, byte[] bytes) {
        try {
            Entry entry = codec.decode(key, bytes);
            metrics.looked(Outcome.FOUND);
            return Optional.of(entry).filter(each -> each.age().compareTo(ttl) < 0);
        } catch (InvalidEntryException e) {
            metrics.looked(Outcome.INVALID);
            return Optional.empty();
        }
    }

    /** Keeps an entry, if the server can be reached. */
    void keep(EntryKey key, Entry entry) {
        if (!isPaused()) {
            redis.psetex(name(key), ttl.toMillis(), codec.encode(key, entry)).ifNoItem().after(timeout).fail()
                    .subscribe()
                    .with(kept -> reached(), this::lost);
        }
    }

    private static String name(EntryKey key) {
        return PREFIX + HexFormat.of().formatHex(key.digest());
    }

    private synchronized boolean isPaused() {
        return time.beat() < pausedUntil;
    }

    private void reached() {
        boolean back;
        synchronized (this) {
            back = isLost;
            isLost = false;
        }
        if (back) {
            LOG.info("The shared cache can be reached again.");
        }
    }

    /** Without the message, which may name the server with its password. */
    private void lost(Throwable failure) {
        metrics.looked(Outcome.FAILED);
        boolean first;
        synchronized (this) {
            first = !isLost;
            isLost = true;
            pausedUntil = time.beat() + PAUSE.toNanos();
        }
        if (first) {
            LOG.warnf("The shared cache cannot be reached (%s). Speech is kept in this process only.",
                    failure.getClass().getSimpleName());
        }
    }
}
