package dev.warmvoice.http;

import dev.warmvoice.http.auth.TokenGuard;
import dev.warmvoice.http.error.ErrorBody;
import dev.warmvoice.http.server.ApiPaths;
import dev.warmvoice.http.server.RequestIds;
import dev.warmvoice.http.speech.OngoingSpeech;
import dev.warmvoice.http.speech.SpeechBody;
import dev.warmvoice.http.speech.SpeechResponse;
import dev.warmvoice.http.speech.SpeechStarter;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code POST /v1/audio/speech}. */
@Path(ApiPaths.SPEECH)
public class SpeechResource {

    private final SpeechStarter starter;

    SpeechResource(SpeechStarter starter) {
        this.starter = starter;
    }

    /** Answers as soon as there is audio, and streams it as it comes. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Text to speech", description = "Audio arrives in chunks while it is being spoken")
    @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = SpeechBody.class)))
    @APIResponse(responseCode = "200", description = "The audio", content = {
            @Content(mediaType = "audio/mpeg"), @Content(mediaType = "audio/ogg"),
            @Content(mediaType = "audio/wav"), @Content(mediaType = "audio/pcm"),
            @Content(mediaType = "text/event-stream")})
    @APIResponse(responseCode = "default", description = "What went wrong", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ErrorBody.class)))
    public Uni<RestResponse<SpeechResponse>> speech(byte[] body, RoutingContext http) {
        OngoingSpeech ongoing = starter.begin(body, TokenGuard.client(http));
        http.addEndHandler(end -> {
            if (end.failed()) {
                ongoing.cancel();
            }
        });
        return Uni.createFrom().completionStage(ongoing.answer()).map(SpeechResource::response).onFailure()
                .invoke(() -> ongoing.requestId()
                        .ifPresent(id -> http.response().putHeader(RequestIds.HEADER, id)));
    }

    private static RestResponse<SpeechResponse> response(SpeechResponse answer) {
        RestResponse.ResponseBuilder<SpeechResponse> response = RestResponse.ResponseBuilder.ok(answer);
        answer.headers().forEach(response::header);
        return response.build();
    }
}
