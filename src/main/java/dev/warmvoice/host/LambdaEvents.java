package dev.warmvoice.host;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;
import java.io.IOException;

/**
 * Reads events, and takes what is none for an empty one. Thrown from here, an exception would never reach the function:
 * the extension would log it, with a part of the event, and report the invocation as failed.
 */
@Singleton
class LambdaEvents implements ObjectMapperCustomizer {

    @Override
    public void customize(ObjectMapper mapper) {
        mapper.registerModule(new SimpleModule().addDeserializer(APIGatewayV2HTTPEvent.class, new Lenient()));
    }

    private static final class Lenient extends StdDeserializer<APIGatewayV2HTTPEvent> {

        private static final long serialVersionUID = 1;

        private static final ObjectMapper FIELDS = JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

        Lenient() {
            super(APIGatewayV2HTTPEvent.class);
        }

        @Override
        public APIGatewayV2HTTPEvent deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            JsonNode event = parser.readValueAsTree();
            try {
                return FIELDS.treeToValue(event, APIGatewayV2HTTPEvent.class);
            } catch (JsonProcessingException e) {
                return new APIGatewayV2HTTPEvent();
            }
        }
    }
}
