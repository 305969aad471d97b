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
import org.jspecify.annotations.Nullable;

/**
 * The JSON of {@code POST /v1/audio/speech}: OpenAI's fields, and the service's own as extensions. Everything but
 * {@code input} may be missing; unknown fields are ignored. The ranges are those of the CosyVoice documentation.
 */
@RegisterForReflection
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record SpeechBody(
        @Size(max = 128, message = NAME) @Nullable String model,
        @Nullable String input,
        @JsonDeserialize(using = VoiceDeserializer.class) @Size(max = 128, message = NAME) @Nullable String voice,
        @Nullable String responseFormat,
        @DecimalMin(value = "0.25", message = SPEED) @DecimalMax(value = "4", message = SPEED) @Nullable Float speed,
        @Nullable String instructions,
        @Nullable Integer sampleRate,
        @Min(value = 0, message = VOLUME) @Max(value = 100, message = VOLUME) @Nullable Integer volume,
        @DecimalMin(value = "0.5", message = FACTOR) @DecimalMax(value = "2", message = FACTOR) @Nullable Float pitch,
        @Min(value = 0, message = SEED) @Max(value = 65535, message = SEED) @Nullable Integer seed,
        @Size(max = 16, message = "must be at most 16 characters.") @Nullable String language,
        @Min(value = 6, message = BIT_RATE) @Max(value = 510, message = BIT_RATE) @Nullable Integer bitRate,
        @Nullable Boolean ssml,
        @Nullable HotFix hotFix,
        @Nullable Boolean aigcTag,
        @Size(max = 128, message = NAME) @Nullable String aigcPropagator,
        @Size(max = 128, message = NAME) @Nullable String aigcPropagateId,
        @Nullable String streamFormat,
        @Nullable Boolean timestamps,
        @Nullable Boolean normalize,
        @Nullable Boolean enableMarkdownFilter) {

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
    public record HotFix(@Nullable List<Map<String, String>> pronunciation,
            @Nullable List<Map<String, String>> replace) {
    }
}
