package dev.warmvoice.speech.cache;

import dev.warmvoice.speech.Playback;
import dev.warmvoice.speech.PromptSpeech;
import dev.warmvoice.speech.Reuse.Kind;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.SpeechRequest;
import dev.warmvoice.speech.SpeechService;
import dev.warmvoice.speech.SpeechTracer;
import dev.warmvoice.speech.SpokenText;
import dev.warmvoice.speech.WrittenSpeech;
import dev.warmvoice.speech.cache.EntryCodec.Entry;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Speaks each text once: what was spoken before is played again, and what is being spoken is played to all who want it.
 * Where it is not enabled, it speaks every time. Thread-safe, does not block.
 */
public class SpeechCache {

    private static final Logger LOG = Logger.getLogger(SpeechCache.class);

    private final SpeechService service;
    private final CacheConfig config;
    private final Replay.Pace pace;
    private final CacheMetrics metrics;
    private final SpeechTracer tracer;
    private final @Nullable Entries entries;
    private final Optional<SharedEntries> shared;
    private final EntryKeys keys;
    private final Map<EntryKey, Recording> running = new ConcurrentHashMap<>();

    SpeechCache(SpeechService service, CacheConfig config, EntryKeys keys, Optional<SharedEntries> shared,
            Replay.Pace pace, CacheMetrics metrics, SpeechTracer tracer) {
        this.service = service;
        this.config = config;
        this.keys = keys;
        this.shared = shared;
        this.pace = pace;
        this.metrics = metrics;
        this.tracer = tracer;
        this.entries = config.sizeBytes() == 0 ? null : new Entries(config.sizeBytes(), config.ttl(), pace.time());
        if (entries != null) {
            metrics.observe(entries);
        }
    }

    /** Whether anything is kept at all. */
    public boolean isOn() {
        return entries != null;
    }

    /** Whether the speech of such a request is kept. */
    public boolean isKept(SpeechRequest request) {
        SpokenText text = request.text();
        return entries != null && text != null && text.characters() <= config.maxText();
    }

    /**
     * Has a request spoken, or plays what was.
     *
     * @param request with all of its text
     * @param scope only requests of the same scope share speech
     * @throws SpeechException if the process is about to end, and nothing is kept
     */
    public Playback speak(SpeechRequest request, CacheUse use, String scope) {
        if (entries == null) {
            return service.speak(request);
        }
        if (use == CacheUse.NONE || !isKept(request)) {
            metrics.bypassed();
            return service.speak(request);
        }
        EntryKey key = keys.of(request, scope);
        return use == CacheUse.REFRESH ? refresh(key, request, entries) : find(key, request, entries);
    }

    /**
     * Has a request spoken whose text follows; plays what was, if the text is complete at once.
     *
     * @param request without text
     * @param scope only requests of the same scope share speech
     * @throws SpeechException if the process is about to end
     */
    public WrittenSpeech speakAsWritten(SpeechRequest request, String scope) {
        if (entries == null) {
            return service.speakAsWritten(request);
        }
        return new PromptSpeech(request, config.maxText(), pace.workers(), () -> {
            metrics.bypassed();
            return service.speakAsWritten(request);
        }, whole -> speak(whole, CacheUse.ANY, scope));
    }

    private Playback find(EntryKey key, SpeechRequest request, Entries among) {
        while (true) {
            Recording kept = among.find(key).orElse(null);
            if (kept != null) {
                return player(kept, request, Kind.HIT).orElseThrow();
            }
            Recording mine = recording(key, among);
            Recording others = running.putIfAbsent(key, mine);
            if (others == null && among.find(key).isPresent()) {
                // Another request's was completed since the first look.
                running.remove(key, mine);
            } else if (others == null) {
                Playback player = player(mine, request, Kind.MISS).orElseThrow();
                shared.ifPresentOrElse(server -> restore(server, key, mine, request), () -> record(mine, request));
                return player;
            } else {
                Optional<Replay> player = player(others, request, Kind.SHARED);
                if (player.isPresent()) {
                    return player.get();
                }
                running.remove(key, others);
            }
        }
    }

    private Playback refresh(EntryKey key, SpeechRequest request, Entries among) {
        Recording mine = recording(key, among);
        running.put(key, mine);
        Playback player = player(mine, request, Kind.MISS).orElseThrow();
        record(mine, request);
        return player;
    }

    private Recording recording(EntryKey key, Entries among) {
        return new Recording(ended -> {
            if (ended.isComplete()) {
                among.keep(key, ended);
            }
            if (ended.isComplete() && !ended.isRestored()) {
                shared.ifPresent(server -> server.keep(key,
                        new Entry(ended.origin().orElseThrow(), ended.events(), ended.age())));
            }
            running.remove(key, ended);
        }, pace.time()::beat);
    }

    /** Looks whether another instance has spoken it, and has it spoken otherwise. */
    private void restore(SharedEntries server, EntryKey key, Recording recording, SpeechRequest request) {
        server.find(key, found -> found.ifPresentOrElse(recording::restore, () -> record(recording, request)));
    }

    private void record(Recording recording, SpeechRequest request) {
        if (recording.failure() != null) {
            // The client left meanwhile.
            return;
        }
        try {
            recording.record(service.speak(request));
        } catch (SpeechException e) {
            recording.fail(e);
        } catch (RuntimeException | Error e) {
            LOG.error("A speech could not begin", e);
            recording.fail(Recording.reason(e));
        }
    }

    /** Empty if the recording has failed. */
    private Optional<Replay> player(Recording recording, SpeechRequest request, Kind kind) {
        Replay player = new Replay(recording, request.model(), kind, pace);
        if (!recording.join(player)) {
            return Optional.empty();
        }
        tracer.follow(player, request, player::kind);
        player.speech().whenComplete((speech, failure) -> metrics.answered(player.kind()));
        return Optional.of(player);
    }
}
