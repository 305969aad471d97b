package dev.warmvoice.http.error;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import jakarta.enterprise.context.ApplicationScoped;

/** Writes errors where no resource has been reached yet, in the same JSON as every other. */
@ApplicationScoped
public class ErrorWriter {

    private final ObjectMapper json;

    ErrorWriter(ObjectMapper json) {
        this.json = json;
    }

    public Future<Void> write(ErrorResponse answer, HttpServerResponse response) {
        answer.headers().forEach(response::putHeader);
        return response.setStatusCode(answer.status()).end(toJson(answer));
    }

    /** The body of the response. */
    public String toJson(ErrorResponse answer) {
        try {
            return json.writeValueAsString(answer.body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
