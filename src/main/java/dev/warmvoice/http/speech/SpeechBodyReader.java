package dev.warmvoice.http.speech;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MutableCoercionConfig;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.warmvoice.speech.AudioFormat;
import dev.warmvoice.speech.SpeechConfig;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.SpeechRequest.AigcTag;
import dev.warmvoice.speech.SpeechRequest.Encoding;
import dev.warmvoice.speech.SpeechRequest.HotFix;
import dev.warmvoice.speech.SpeechRequest.Prosody;
import dev.warmvoice.speech.SpeechRequest;
import dev.warmvoice.speech.SpokenText;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a checked request out of JSON, or an error that names the field and its bound. Thread-safe.
 */
@ApplicationScoped
public class SpeechBodyReader {

    /** What the service can do; OpenAI's clients may ask for 0.25 to 4. */
    private static final float MIN_SPEED = 0.5f;
    private static final float MAX_SPEED = 2;
    private static final int HOT_FIX_CHARACTERS = 10_000;
    private static final String HOT_FIX_FORM = "an object such as {\"pronunciation\":[{\"word\":\"pinyin\"}],"
            + "\"replace\":[{\"word\":\"replacement\"}]}";

    private final Validator validator;
    private final SpeechConfig defaults;
    private final ObjectMapper strict = strictMapper();
    private final ObjectReader json = strict.readerFor(SpeechBody.class);

    SpeechBodyReader(Validator validator, SpeechConfig defaults) {
        this.validator = validator;
        this.defaults = defaults;
    }

    /**
     * A request, and how its response is to look.
     *
     * @param body UTF-8 JSON
     * @throws SpeechException if anything is wrong with it
     */
    public SpeechCall read(byte[] body) {
        SpeechBody parsed = checked(parse(() -> body.length == 0 ? null : json.readValue(body)));
        boolean sse = isSse(parsed.streamFormat());
        boolean ssml = Boolean.TRUE.equals(parsed.ssml());
        boolean normalize = Boolean.TRUE.equals(parsed.normalize());
        if (normalize && ssml) {
            throw SpeechException.invalid("normalize", "normalize is not allowed with ssml.");
        }
        SpokenText text = text(parsed.input(), ssml, normalize);
        return new SpeechCall(request(parsed, text), sse, notes(parsed, text));
    }

    private static SpokenText text(@Nullable String input, boolean ssml, boolean normalize) {
        if (ssml) {
            return SpokenText.ssml(input);
        }
        return normalize ? SpokenText.normalized(input) : SpokenText.plain(input);
    }

    /**
     * The same without text, which is to follow.
     *
     * @param body as {@link #readTree} has read it
     * @throws SpeechException if anything is wrong with it, or belongs to a text that is there as a whole
     */
    public SpeechRequest readWithoutText(JsonNode body) {
        SpeechBody parsed = checked(parse(() -> json.readValue(body)));
        refuse("input", parsed.input(), "input is not allowed in start: send messages of type text.");
        refuse("ssml", parsed.ssml(), "ssml is only allowed with POST /v1/audio/speech.");
        refuse("stream_format", parsed.streamFormat(), "stream_format is only allowed with POST /v1/audio/speech.");
        return request(parsed, null);
    }

    /**
     * A message as JSON.
     *
     * @throws SpeechException if it is none
     */
    public JsonNode readTree(String message) {
        try {
            return strict.readTree(message);
        } catch (JsonProcessingException e) {
            throw notJson("message", e);
        }
    }

    private static void refuse(String field, @Nullable Object value, String message) {
        if (value != null) {
            throw SpeechException.invalid(field, message);
        }
    }

    private SpeechBody checked(SpeechBody parsed) {
        validator.validate(parsed).stream()
                .min(Comparator.comparing(violation -> violation.getPropertyPath().toString()))
                .ifPresent(SpeechBodyReader::refuse);
        return parsed;
    }

    private SpeechRequest request(SpeechBody parsed, @Nullable SpokenText text) {
        AudioFormat format = format(parsed.responseFormat());
        if (parsed.bitRate() != null && format != AudioFormat.OPUS) {
            throw SpeechException.invalid("bit_rate", "bit_rate is only allowed with response_format opus.");
        }
        if (parsed.instructions() != null) {
            SpokenText.checkInstructions(parsed.instructions());
        }
        return new SpeechRequest(text, OpenAiNames.model(parsed.model(), defaults.model()),
                OpenAiNames.voice(parsed.voice(), defaults.voice()),
                new Encoding(format, sampleRate(parsed.sampleRate(), format), parsed.bitRate(),
                        aigcTag(parsed, format)),
                new Prosody(parsed.volume(), speed(parsed.speed()), parsed.pitch()), parsed.seed(),
                parsed.instructions(),
                parsed.language(), hotFix(parsed.hotFix()), Boolean.TRUE.equals(parsed.timestamps()),
                parsed.enableMarkdownFilter(), Boolean.TRUE.equals(parsed.normalize()));
    }

    private static @Nullable AigcTag aigcTag(SpeechBody body, AudioFormat format) {
        if (!Boolean.TRUE.equals(body.aigcTag())) {
            refuse("aigc_propagator", body.aigcPropagator(), "aigc_propagator is only allowed with aigc_tag true.");
            refuse("aigc_propagate_id", body.aigcPropagateId(),
                    "aigc_propagate_id is only allowed with aigc_tag true.");
            return null;
        }
        if (format == AudioFormat.PCM) {
            throw SpeechException.invalid("aigc_tag",
                    "aigc_tag needs response_format mp3, opus or wav: pcm has no header.");
        }
        return new AigcTag(body.aigcPropagator(), body.aigcPropagateId());
    }

    private static @Nullable Float speed(@Nullable Float asked) {
        return asked == null ? null : Math.min(Math.max(asked, MIN_SPEED), MAX_SPEED);
    }

    private static Map<String, String> notes(SpeechBody body, SpokenText text) {
        Map<String, String> notes = new HashMap<>();
        Float used = speed(body.speed());
        if (!Objects.equals(body.speed(), used)) {
            notes.put("X-Clamped", "speed=" + used);
        }
        if (text.replaced() > 0) {
            notes.put("X-Replaced-Characters", Integer.toString(text.replaced()));
        }
        return notes;
    }

    private static HotFix hotFix(SpeechBody.@Nullable HotFix asked) {
        if (asked == null) {
            return HotFix.NONE;
        }
        requireShort(asked);
        return new HotFix(asked.pronunciation(), asked.replace());
    }

    /**
     * What is asked, and how the answer is to look.
     *
     * @param request what is asked
     * @param sse whether the answer is to come as server-sent events
     * @param notes headers that say where the request could not be followed exactly
     */
    public record SpeechCall(SpeechRequest request, boolean sse, Map<String, String> notes) {
    }

    private static boolean isSse(@Nullable String streamFormat) {
        if (streamFormat == null || streamFormat.equalsIgnoreCase("audio")) {
            return false;
        }
        if (streamFormat.equalsIgnoreCase("sse")) {
            return true;
        }
        throw SpeechException.invalid("stream_format", "stream_format must be one of audio, sse.");
    }

    private SpeechBody parse(Parsing parsing) {
        try {
            SpeechBody parsed = parsing.run();
            if (parsed == null) {
                throw malformed("The request body is empty; it must be a JSON object.");
            }
            return parsed;
        } catch (JsonMappingException e) {
            throw e.getCause() instanceof JsonParseException || e.getCause() instanceof StreamConstraintsException
                    ? notJson("request body", (JsonProcessingException) e.getCause())
                    : mismatch(e);
        } catch (JsonProcessingException e) {
            throw notJson("request body", e);
        } catch (IOException e) {
            throw malformed("The request body is not valid UTF-8.");
        }
    }

    private interface Parsing {

        /** The body; null if there is none. */
        @Nullable
        SpeechBody run() throws IOException;
    }

    /** Without Jackson's own message, which quotes the text. */
    private static SpeechException notJson(String what, JsonProcessingException e) {
        JsonLocation at = e.getLocation();
        return malformed("The " + what + " is not valid JSON"
                + (at == null ? "." : ": line " + at.getLineNr() + ", column " + at.getColumnNr() + "."));
    }

    private static SpeechException mismatch(JsonMappingException e) {
        String field = e.getPath().stream().map(JsonMappingException.Reference::getFieldName).findFirst().orElse(null);
        if (field == null) {
            return malformed("The request body must be a JSON object.");
        }
        // Only hot_fix has anything inside.
        String form = e.getPath().size() > 1 ? HOT_FIX_FORM : describe(targetType(e));
        return SpeechException.invalid(field, field + " must be " + form + ".");
    }

    private static @Nullable Class<?> targetType(JsonMappingException e) {
        if (e.getCause() instanceof InputCoercionException outOfRange) {
            return outOfRange.getTargetType();
        }
        return e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
    }

    private static String describe(@Nullable Class<?> type) {
        if (type == Boolean.class) {
            return "true or false";
        }
        if (type == Integer.class || type == int.class) {
            return "a whole number";
        }
        if (type == Float.class) {
            return "a number";
        }
        return type == String.class ? "a string" : HOT_FIX_FORM;
    }

    private static SpeechException malformed(String message) {
        return SpeechException.invalid(null, message);
    }

    private static void refuse(ConstraintViolation<SpeechBody> violation) {
        String field = PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE
                .translate(violation.getPropertyPath().toString());
        throw SpeechException.invalid(field, field + " " + violation.getMessage());
    }

    /** It goes out with every piece of the text. */
    private static void requireShort(SpeechBody.HotFix hotFix) {
        String all = Stream.of(hotFix.pronunciation(), hotFix.replace()).filter(Objects::nonNull)
                .flatMap(List::stream).filter(Objects::nonNull).flatMap(entry -> entry.entrySet().stream())
                .flatMap(entry -> Stream.of(entry.getKey(), String.valueOf(entry.getValue())))
                .collect(Collectors.joining(" "));
        if (all.length() > HOT_FIX_CHARACTERS) {
            throw SpeechException.invalid("hot_fix", "hot_fix must be at most " + HOT_FIX_CHARACTERS + " characters.");
        }
        if (all.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw SpeechException.invalid("hot_fix", "hot_fix contains half a surrogate pair.");
        }
    }

    private AudioFormat format(@Nullable String id) {
        if (id == null) {
            return defaults.format();
        }
        return AudioFormat.of(id).orElseThrow(() -> SpeechException.invalid("response_format",
                "response_format must be one of " + AudioFormat.ids() + "." + substitute(id)));
    }

    /** For the formats of OpenAI's that the service does not have. */
    private static String substitute(String id) {
        return switch (id.toLowerCase(Locale.ROOT)) {
            case "flac" -> " Instead of flac, use wav, which is lossless, too.";
            case "aac" -> " Instead of aac, use mp3 or opus.";
            default -> "";
        };
    }

    private static int sampleRate(@Nullable Integer asked, AudioFormat format) {
        if (asked == null) {
            return format.defaultSampleRate();
        }
        if (!format.sampleRates().contains(asked)) {
            throw SpeechException.invalid("sample_rate",
                    "sample_rate must be one of " + format.sampleRates() + " for " + format.id() + ".");
        }
        return asked;
    }

    /** Takes a value for what it is: no number for "1", no text for 1, no 1 for 1.5; but null for "". */
    private static ObjectMapper strictMapper() {
        return JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(LogicalType.Textual, text -> {
                    text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                    text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                    text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
                })
                .withCoercionConfig(LogicalType.Float, SpeechBodyReader::emptyIsMissing)
                .withCoercionConfig(LogicalType.Boolean, SpeechBodyReader::emptyIsMissing)
                .withCoercionConfig(LogicalType.Integer, SpeechBodyReader::emptyIsMissing)
                .addModule(new SimpleModule().addDeserializer(Integer.class, new WholeNumberDeserializer()))
                .build();
    }

    private static void emptyIsMissing(MutableCoercionConfig config) {
        config.setCoercion(CoercionInputShape.EmptyString, CoercionAction.AsNull);
    }
}
