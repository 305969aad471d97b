package dev.warmvoice.http.error;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * An error as OpenAI's API has it.
 *
 * @param error what went wrong
 */
@RegisterForReflection
public record ErrorBody(Detail error) {

    /**
     * @param message for people
     * @param type the class of error
     * @param code for programs
     * @param param the offending field, or null
     */
    @RegisterForReflection
    @JsonInclude
    public record Detail(String message, String type, String code, String param) {
    }
}
