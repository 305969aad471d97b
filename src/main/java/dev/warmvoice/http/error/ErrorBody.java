package dev.warmvoice.http.error;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/**
 * An error as OpenAI's API has it.
 *
 * @param error what went wrong
 */
@RegisterForReflection
public record ErrorBody(Detail error) {

    /**
     * What went wrong.
     *
     * @param message for people
     * @param type the class of error
     * @param code for programs
     * @param param the offending field, or null
     */
    @RegisterForReflection
    @JsonInclude
    public record Detail(String message, String type, String code, @Nullable String param) {
    }
}
