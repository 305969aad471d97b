package dev.warmvoice.http.captions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.warmvoice.http.auth.Client;
import dev.warmvoice.http.error.ErrorResponse;
import dev.warmvoice.http.error.RefusedException;
import dev.warmvoice.speech.SpeechEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The captions as files. Thread-safe. */
@Singleton
public class CaptionFiles {

    private static final ErrorResponse OFF = ErrorResponse.of(404,
            "No captions are kept: set warmvoice.captions.keep.");
    private static final ErrorResponse NONE = ErrorResponse.of(404,
            "No captions of this request: it needs timestamps true and must be complete. Captions are dropped after"
                    + " warmvoice.captions.keep, and where they exceed warmvoice.captions.max-megabytes.");

    private final CaptionStore store;
    private final ObjectMapper json;

    CaptionFiles(CaptionStore store, ObjectMapper json) {
        this.store = store;
        this.json = json;
    }

    /**
     * A file.
     *
     * @param body UTF-8
     */
    public record File(String mediaType, byte[] body) {
    }

    /**
     * The captions of a speech.
     *
     * @param format {@code srt}, {@code vtt} or {@code json}
     * @throws RefusedException if there are none
     */
    public File read(Client client, String requestId, String format) {
        Captions captions = store.find(client, requestId)
                .orElseThrow(() -> new RefusedException(store.isOn() ? NONE : OFF));
        return switch (format) {
            case "srt" -> text("application/x-subrip;charset=UTF-8", captions.srt());
            case "vtt" -> text("text/vtt;charset=UTF-8", captions.vtt());
            case "json" -> new File("application/json", toJson(requestId, captions));
            default -> throw new RefusedException(ErrorResponse.of(404, "Captions are srt, vtt or json."));
        };
    }

    private static File text(String mediaType, String text) {
        return new File(mediaType, text.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] toJson(String requestId, Captions captions) {
        try {
            return json.writeValueAsBytes(
                    new Json(requestId, captions.sentences().stream().map(CaptionFiles::sentence).toList()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Sentence sentence(SpeechEvent.Words words) {
        return new Sentence(words.text(), words.words().stream().map(word -> new Word(word.text(), word.beginMs(),
                word.endMs())).toList());
    }

    @RegisterForReflection
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Json(String requestId, List<Sentence> sentences) {
    }

    @RegisterForReflection
    record Sentence(String text, List<Word> words) {
    }

    @RegisterForReflection
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Word(String text, int beginMs, int endMs) {
    }
}
