package dev.warmvoice.http.speech;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.SpeechRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes checked requests out of a list of texts, or an error that names the text. Thread-safe. */
@ApplicationScoped
class PrecacheReader {

    private static final String INPUTS = "inputs";
    private static final String INPUT = "input";
    private static final int MAX_INPUTS = 1000;

    private final SpeechBodyReader reader;
    private final ObjectMapper json;

    PrecacheReader(SpeechBodyReader reader, ObjectMapper json) {
        this.reader = reader;
        this.json = json;
    }

    /**
     * One request for each text, all with the same other fields.
     *
     * @param body UTF-8 JSON: the fields of a request for speech, but {@code inputs} in place of {@code input}
     * @throws SpeechException if anything is wrong with any of them
     */
    List<SpeechRequest> read(byte[] body) {
        JsonNode parsed = reader.readTree(new String(body, StandardCharsets.UTF_8));
        if (!(parsed instanceof ObjectNode fields)) {
            throw SpeechException.invalid(null, "The request body must be a JSON object.");
        }
        JsonNode inputs = fields.remove(INPUTS);
        if (inputs == null || !inputs.isArray() || inputs.isEmpty() || inputs.size() > MAX_INPUTS) {
            throw SpeechException.invalid(INPUTS, "inputs must be an array of 1 to " + MAX_INPUTS + " texts.");
        }
        if (fields.has(INPUT)) {
            throw SpeechException.invalid(INPUT, "input is not allowed here: the texts are in inputs.");
        }
        List<SpeechRequest> requests = new ArrayList<>();
        for (JsonNode input : inputs) {
            requests.add(request(fields.deepCopy().set(INPUT, input), requests.size()));
        }
        return requests;
    }

    private SpeechRequest request(JsonNode fields, int index) {
        try {
            return reader.read(json.writeValueAsBytes(fields)).request();
        } catch (SpeechException e) {
            if (e.field().filter(INPUT::equals).isPresent()) {
                String name = INPUTS + "[" + index + "]";
                throw SpeechException.invalid(name, e.getMessage().replaceFirst("^" + INPUT, name));
            }
            throw e;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
