package dev.warmvoice.http.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.warmvoice.http.error.ErrorBody;
import dev.warmvoice.http.speech.ServerSentEvents;
import dev.warmvoice.speech.Speech;
import dev.warmvoice.speech.SpeechEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a live socket says besides audio. {@code id} is that of the utterance it is about. */
sealed interface LiveMessage {

    /** Text may come. */
    @RegisterForReflection
    record Started(String type, String id) implements LiveMessage {

        Started(String id) {
            this("started", id);
        }
    }

    /** When the words of a sentence are spoken, as far as it is known. */
    @RegisterForReflection
    record Words(String type, String id, int sentence, String text, List<ServerSentEvents.Word> words)
            implements
                LiveMessage {

        Words(String id, SpeechEvent.Words words) {
            this("words", id, words.sentence(), words.text(), ServerSentEvents.words(words));
        }
    }

    /**
     * All of the audio has been sent.
     *
     * @param requestId under which the service knows it
     * @param characters what the service bills
     * @param inputTokens what it bills instead, for some models
     * @param outputTokens likewise
     * @param firstAudioMs from the first text to the first audio
     * @param model that spoke it, if it is not the one that was asked for
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Finished(String type, String id, String requestId, int characters, int inputTokens, int outputTokens,
            long firstAudioMs, @Nullable String model, @Nullable String cache) implements LiveMessage {

        Finished(String id, Speech speech, SpeechEvent.Done done) {
            this("finished", id, speech.id(), done.characters(), done.inputTokens(), done.outputTokens(),
                    speech.firstAudio().toMillis(), speech.fallback(),
                    speech.reuse() == null ? null : speech.reuse().kind().toString());
        }
    }

    /** It has been silenced; no audio of it follows. No {@code id} where none was being spoken. */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Cancelled(String type, @Nullable String id) implements LiveMessage {

        Cancelled(@Nullable String id) {
            this("cancelled", id);
        }
    }

    /** There will be no more of it; or, without an {@code id}, a message made no sense and nothing else happened. */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Failed(String type, @Nullable String id, ErrorBody.Detail error) implements LiveMessage {

        Failed(@Nullable String id, ErrorBody.Detail error) {
            this("error", id, error);
        }
    }
}
