package dev.warmvoice.speech.cache;

import dev.warmvoice.speech.Playback;
import dev.warmvoice.speech.Reuse.Kind;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.SpeechRequest;
import dev.warmvoice.speech.SpeechService;
import dev.warmvoice.speech.SpokenText;
import dev.warmvoice.speech.TaskConfig;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Speaks each text once: what was spoken before is played again, and what is being spoken is played to all who want it.
 * Where it is not enabled, it speaks every time. Thread-safe, does not block.
 */
@Singleton
public class SpeechCache {

    private static final int SECRET_BYTES = 32;

    private final SpeechService service;
    private final CacheConfig config;
    private final Heartbeat time;
    private final Replay.Pace pace;
    private final CacheMetrics metrics;
    private final @Nullable Entries entries;
    private final EntryKeys keys;
    private final Map<EntryKey, Recording> running = new ConcurrentHashMap<>();

    private enum Unused {
        /** The client does not want it, or the text is too long. */
        BYPASS
    }

    SpeechCache(SpeechService service, CacheConfig config, TaskConfig limits, Heartbeat time, Workers workers,
            MeterRegistry registry) {
        this.service = service;
        this.config = config;
        this.time = time;
        this.pace = new Replay.Pace(limits.stallTimeout(), time, workers);
        this.metrics = new CacheMetrics(registry);
        this.entries = config.sizeBytes() == 0 ? null : new Entries(config.sizeBytes(), config.ttl(), time);
        this.keys = new EntryKeys(random(), "");
        if (entries != null) {
            metrics.observe(entries);
        }
    }

    private static byte[] random() {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return secret;
    }

    /**
     * Has a request spoken, or plays what was.
     *
     * @param request with all of its text
     * @param scope only requests of the same scope share speech
     * @throws SpeechException if the process is about to end
     */
    public Playback speak(SpeechRequest request, CacheUse use, String scope) {
        if (entries == null) {
            return service.speak(request);
        }
        SpokenText text = request.text();
        if (use == CacheUse.NONE || text == null || text.characters() > config.maxText()) {
            metrics.answered(Unused.BYPASS);
            return service.speak(request);
        }
        EntryKey key = keys.of(request, scope);
        return use == CacheUse.REFRESH ? refresh(key, request, entries) : find(key, request, entries);
    }

    private Playback find(EntryKey key, SpeechRequest request, Entries among) {
        while (true) {
            Recording kept = among.find(key).orElse(null);
            if (kept != null) {
                return player(kept, request, Kind.HIT).orElseThrow();
            }
            Recording mine = recording(key, among);
            Recording shared = running.putIfAbsent(key, mine);
            if (shared == null) {
                return record(mine, request);
            }
            Optional<Replay> player = player(shared, request, Kind.SHARED);
            if (player.isPresent()) {
                return player.get();
            }
            running.remove(key, shared);
        }
    }

    private Playback refresh(EntryKey key, SpeechRequest request, Entries among) {
        Recording mine = recording(key, among);
        running.put(key, mine);
        return record(mine, request);
    }

    private Recording recording(EntryKey key, Entries among) {
        return new Recording(ended -> {
            if (ended.isComplete()) {
                among.keep(key, ended);
            }
            running.remove(key, ended);
        }, time::beat);
    }

    private Playback record(Recording recording, SpeechRequest request) {
        Replay player = player(recording, request, Kind.MISS).orElseThrow();
        try {
            recording.record(service.speak(request));
        } catch (RuntimeException | Error e) {
            recording.fail(Recording.reason(e));
            throw e;
        }
        return player;
    }

    /** Empty if the recording has failed. */
    private Optional<Replay> player(Recording recording, SpeechRequest request, Kind kind) {
        Replay player = new Replay(recording, request.model(), kind, pace);
        if (!recording.join(player)) {
            return Optional.empty();
        }
        metrics.answered(kind);
        return Optional.of(player);
    }
}
