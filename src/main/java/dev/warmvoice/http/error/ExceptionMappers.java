package dev.warmvoice.http.error;

import dev.warmvoice.speech.SpeechException;
import jakarta.ws.rs.WebApplicationException;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every failure before the first byte, as OpenAI's error JSON. */
class ExceptionMappers {

    /** Named one by one, since what has a mapper of the framework's would otherwise go there. */
    @ServerExceptionMapper({SpeechException.class, WebApplicationException.class, Throwable.class})
    RestResponse<ErrorBody> answer(Throwable e) {
        ErrorResponse answer = ErrorResponse.of(e);
        RestResponse.ResponseBuilder<ErrorBody> response = RestResponse.ResponseBuilder
                .create(RestResponse.Status.fromStatusCode(answer.status()), answer.body());
        answer.headers().forEach(response::header);
        return response.build();
    }
}
