package dev.warmvoice.http;

import dev.warmvoice.http.auth.Client;
import dev.warmvoice.http.auth.TokenGuard;
import dev.warmvoice.http.error.ErrorBody;
import dev.warmvoice.http.server.ApiPaths;
import dev.warmvoice.http.server.EventLoop;
import dev.warmvoice.http.server.RequestIds;
import dev.warmvoice.http.speech.CacheControl;
import dev.warmvoice.http.speech.OngoingSpeech;
import dev.warmvoice.http.speech.SpeechBody;
import dev.warmvoice.http.speech.SpeechResponse;
import dev.warmvoice.http.speech.SpeechStarter;
import dev.warmvoice.speech.cache.CacheUse;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.Callable;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code POST /v1/audio/speech}. */
@Path(ApiPaths.SPEECH)
public class SpeechResource {

    /** Bytes of a body that takes some milliseconds at most. */
    private static final int SHORT = 32 * 1024;

    private final SpeechStarter starter;

    SpeechResource(SpeechStarter starter) {
        this.starter = starter;
    }

    /** Answers as soon as there is audio, and streams it as it comes. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<SpeechResponse>> speech(byte[] body, RoutingContext http) {
        return begin(body, http).chain(ongoing -> answer(ongoing, http));
    }

    /** A long text takes long to read and to normalize, and other requests need the event loop meanwhile. */
    private Uni<OngoingSpeech> begin(byte[] body, RoutingContext http) {
        Client client = TokenGuard.client(http);
        CacheUse use = CacheControl.of(String.join(",", http.request().headers().getAll(HttpHeaders.CACHE_CONTROL)));
        if (body.length <= SHORT) {
            return Uni.createFrom().item(() -> starter.begin(body, use, client));
        }
        Callable<OngoingSpeech> begin = () -> starter.begin(body, use, client);
        return Uni.createFrom()
                .completionStage(EventLoop.current().context().executeBlocking(begin, false).toCompletionStage());
    }

    private static Uni<RestResponse<SpeechResponse>> answer(OngoingSpeech ongoing, RoutingContext http) {
        if (http.response().closed()) {
            // The client left meanwhile.
            ongoing.cancel();
        }
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
