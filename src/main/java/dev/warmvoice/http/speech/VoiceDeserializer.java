package dev.warmvoice.http.speech;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;

/** A voice by its name, or as OpenAI names custom voices: {@code {"id":"…"}}. */
@RegisterForReflection
final class VoiceDeserializer extends StdScalarDeserializer<String> {

    private static final long serialVersionUID = 1;

    VoiceDeserializer() {
        super(String.class);
    }

    @Override
    public String deserialize(JsonParser json, DeserializationContext context) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return json.getText();
        }
        if (json.currentToken() == JsonToken.START_OBJECT) {
            JsonNode id = context.readTree(json).path("id");
            if (id.isTextual()) {
                return id.textValue();
            }
        }
        return context.reportInputMismatch(String.class, "not a voice");
    }
}
