package dev.warmvoice.http.speech;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.warmvoice.http.error.ErrorBody;
import dev.warmvoice.http.error.ErrorResponse;
import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.SpeechException;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.util.List;

/** The events as OpenAI's API names them, plus the words' times. */
@ApplicationScoped
public class ServerSentEvents implements SpeechEncoding {

    private final ObjectMapper json;

    ServerSentEvents(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public String mediaType() {
        return "text/event-stream";
    }

    @Override
    public Buffer encode(SpeechEvent event) {
        if (event instanceof SpeechEvent.Audio audio) {
            return line(new Delta("speech.audio.delta", bytes(audio.frame())));
        }
        if (event instanceof SpeechEvent.Words words) {
            return line(new Words("speech.audio.words", words.sentence(), words.text(), words(words)));
        }
        return line(new Done("speech.audio.done", Usage.of((SpeechEvent.Done) event)));
    }

    @Override
    public Buffer encode(SpeechException failure) {
        return line(new Failed("error", ErrorResponse.of(failure).body().error()));
    }

    private Buffer line(Object event) {
        try {
            return Buffer.buffer("data: ").appendBytes(json.writeValueAsBytes(event)).appendString("\n\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    public static List<Word> words(SpeechEvent.Words words) {
        return words.words().stream().map(word -> new Word(word.text(), word.beginMs(), word.endMs(),
                word.beginIndex(), word.endIndex())).toList();
    }

    private static byte[] bytes(ByteBuffer frame) {
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    /** @param audio written as base64 */
    @RegisterForReflection
    record Delta(String type, byte[] audio) {
    }

    @RegisterForReflection
    public record Words(String type, int sentence, String text, List<Word> words) {
    }

    @RegisterForReflection
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Word(String text, int beginMs, int endMs, int beginIndex, int endIndex) {
    }

    @RegisterForReflection
    public record Done(String type, Usage usage) {
    }

    /** OpenAI counts tokens; the service bills most models by characters, and those of the text only. */
    @RegisterForReflection
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Usage(int inputTokens, int outputTokens, int totalTokens) {

        static Usage of(SpeechEvent.Done done) {
            int input = done.characters() + done.inputTokens();
            return new Usage(input, done.outputTokens(), input + done.outputTokens());
        }
    }

    @RegisterForReflection
    public record Failed(String type, ErrorBody.Detail error) {
    }
}
