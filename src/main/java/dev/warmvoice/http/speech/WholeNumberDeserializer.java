package dev.warmvoice.http.speech;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.NumberDeserializers;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A whole number, also if it is written with a fraction of zero, as languages with one type of number do. */
final class WholeNumberDeserializer extends StdScalarDeserializer<Integer> {

    private static final long serialVersionUID = 1;

    WholeNumberDeserializer() {
        super(Integer.class);
    }

    @Override
    public @Nullable Integer deserialize(JsonParser json, DeserializationContext context) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
            double value = json.getDoubleValue();
            if (value == (int) value) {
                return (int) value;
            }
        }
        return (Integer) NumberDeserializers.find(Integer.class, Integer.class.getName()).deserialize(json, context);
    }
}
