package dev.warmvoice.http.speech;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of {@code POST /v1/audio/speech}: OpenAI's fields, and the service's own as extensions. Everything but
 * {@code input} may be missing; unknown fields are ignored. The ranges are those of the CosyVoice documentation.
 */
@RegisterForReflection
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(name = "SpeechRequest")
public record SpeechBody(
        @Schema(description = "A CosyVoice or Qwen-Audio-TTS model; OpenAI's model names stand for the configured one", examples = "cosyvoice-v3-flash") @Size(max = 128, message = NAME) @Nullable String model,
        @Schema(required = true, examples = "Good morning. Your train leaves at nine.", description = "The text: at most 200,000 characters, as SSML 20,000; a Han character counts 2") @Nullable String input,
        @Schema(description = "A voice of the model, or a cloned one; OpenAI's voice names stand for the configured one", examples = "longanyang") @JsonDeserialize(using = VoiceDeserializer.class) @Size(max = 128, message = NAME) @Nullable String voice,
        @Schema(description = "mp3, opus, wav or pcm", examples = "mp3") @Nullable String responseFormat,
        @Schema(description = "Speed of speech; the service can do 0.5 to 2, and what is beyond is clamped", minimum = "0.25", maximum = "4") @DecimalMin(value = "0.25", message = SPEED) @DecimalMax(value = "4", message = SPEED) @Nullable Float speed,
        @Schema(description = "How to speak, in words: at most 100 characters; a Han character counts 2") @Nullable String instructions,
        @Schema(description = "In Hz: 8000, 16000, 22050, 24000, 44100 or 48000", examples = "22050") @Nullable Integer sampleRate,
        @Schema(minimum = "0", maximum = "100") @Min(value = 0, message = VOLUME) @Max(value = 100, message = VOLUME) @Nullable Integer volume,
        @Schema(minimum = "0.5", maximum = "2") @DecimalMin(value = "0.5", message = FACTOR) @DecimalMax(value = "2", message = FACTOR) @Nullable Float pitch,
        @Schema(minimum = "0", maximum = "65535") @Min(value = 0, message = SEED) @Max(value = 65535, message = SEED) @Nullable Integer seed,
        @Schema(description = "Language of the text", examples = "en") @Size(max = 16, message = "must be at most 16 characters.") @Nullable String language,
        @Schema(description = "In kbit/s, for opus only", minimum = "6", maximum = "510") @Min(value = 6, message = BIT_RATE) @Max(value = 510, message = BIT_RATE) @Nullable Integer bitRate,
        @Schema(description = "Whether input is an SSML document", defaultValue = "false") @Nullable Boolean ssml,
        @Nullable HotFix hotFix,
        @Schema(description = "Whether to mark the audio file as made by a machine, not audibly; not for pcm", defaultValue = "false") @Nullable Boolean aigcTag,
        @Schema(description = "With aigc_tag: who publishes the audio") @Size(max = 128, message = NAME) @Nullable String aigcPropagator,
        @Schema(description = "With aigc_tag: the id of this publication") @Size(max = 128, message = NAME) @Nullable String aigcPropagateId,
        @Schema(description = "audio, or sse for server-sent events", defaultValue = "audio") @Nullable String streamFormat,
        @Schema(description = "Whether to tell when each word is spoken, with stream_format sse, or for captions", defaultValue = "false") @Nullable Boolean timestamps,
        @Schema(description = "Whether to make Markdown, web and e-mail addresses and emoji in input speakable; code blocks are left out", defaultValue = "false") @Nullable Boolean normalize,
        @Schema(description = "The service's own filter of Markdown, which it has for some voices") @Nullable Boolean enableMarkdownFilter) {

    private static final String NAME = "must be at most 128 characters.";
    private static final String SPEED = "must be between 0.25 and 4.";
    private static final String FACTOR = "must be between 0.5 and 2.";
    private static final String VOLUME = "must be between 0 and 100.";
    private static final String SEED = "must be between 0 and 65535.";
    private static final String BIT_RATE = "must be between 6 and 510 (kbit/s).";

    /** Some clients send an empty string for a field that is not set. */
    public SpeechBody {
        model = orNull(model);
        voice = orNull(voice);
        responseFormat = orNull(responseFormat);
        instructions = orNull(instructions);
        language = orNull(language);
        aigcPropagator = orNull(aigcPropagator);
        aigcPropagateId = orNull(aigcPropagateId);
        streamFormat = orNull(streamFormat);
    }

    private static @Nullable String orNull(@Nullable String value) {
        return value == null || value.isEmpty() ? null : value;
    }

    /**
     * How single words are to be spoken.
     *
     * @param pronunciation word to pinyin
     * @param replace word to what is spoken in its place
     */
    @RegisterForReflection
    @Schema(name = "HotFix")
    public record HotFix(@Nullable List<Map<String, String>> pronunciation,
            @Nullable List<Map<String, String>> replace) {
    }
}
