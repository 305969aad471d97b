package dev.warmvoice.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmvoice.host.BufferedHttp;
import dev.warmvoice.http.auth.BearerToken;
import dev.warmvoice.http.auth.Client;
import dev.warmvoice.http.auth.Clients;
import dev.warmvoice.http.auth.Origins;
import dev.warmvoice.http.captions.CaptionFiles;
import dev.warmvoice.http.error.ErrorResponse;
import dev.warmvoice.http.error.RefusedException;
import dev.warmvoice.http.server.ApiPaths;
import dev.warmvoice.http.server.BodyDecoder;
import dev.warmvoice.http.server.RequestIds;
import dev.warmvoice.http.speech.CacheControl;
import dev.warmvoice.http.speech.OngoingSpeech;
import dev.warmvoice.http.speech.SpeechResponse;
import dev.warmvoice.http.speech.SpeechStarter;
import dev.warmvoice.speech.AudioFormat;
import dev.warmvoice.speech.cache.CacheUse;
import dev.warmvoice.speech.WavSizes;
import io.smallrye.health.SmallRyeHealth;
import io.smallrye.health.SmallRyeHealthReporter;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The routes of the HTTP interface that make sense as a whole: speech, models, voices, health. Nothing leaves before all
 * of it is there, so what breaks off is an error from its first byte.
 */
@ApplicationScoped
class BufferedApi implements BufferedHttp {

    private static final String MODEL = "/v1/models/";
    private static final Pattern CAPTIONS = Pattern.compile(ApiPaths.SPEECH + "/([^/]+)/captions\\.(\\w+)");
    private static final Map<String, String> JSON = Map.of(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON);

    private final SpeechStarter starter;
    private final Clients clients;
    private final Origins origins;
    private final CatalogResource catalog;
    private final CaptionFiles captions;
    private final BodyDecoder bodies;
    private final SmallRyeHealthReporter health;
    private final ObjectMapper json;

    BufferedApi(SpeechStarter starter, Clients clients, Origins origins, CatalogResource catalog,
            CaptionFiles captions, BodyDecoder bodies,
            SmallRyeHealthReporter health,
            ObjectMapper json) {
        this.starter = starter;
        this.clients = clients;
        this.origins = origins;
        this.catalog = catalog;
        this.captions = captions;
        this.bodies = bodies;
        this.health = health;
        this.json = json;
    }

    @Override
    public Uni<Answer> answer(Request request, Limits limits) {
        return Uni.createFrom().deferred(() -> route(request, limits)).onFailure()
                .recoverWithItem(failure -> error(ErrorResponse.of(failure)))
                .map(answer -> completed(answer, request.path()));
    }

    /** With the headers that the HTTP server adds elsewhere. */
    private static Answer completed(Answer answer, String path) {
        Map<String, String> headers = new HashMap<>(answer.headers());
        headers.putIfAbsent(RequestIds.HEADER, RequestIds.next());
        if (answer.status() == Response.Status.METHOD_NOT_ALLOWED.getStatusCode()) {
            headers.put(HttpHeaders.ALLOW, ApiPaths.methods(ApiPaths.canonical(path)));
        }
        return new Answer(answer.status(), headers, answer.body(), answer.isText());
    }

    @Override
    public Answer error(int status, String message) {
        return error(ErrorResponse.of(status, message));
    }

    private Uni<Answer> route(Request request, Limits limits) {
        String path = ApiPaths.canonical(request.path());
        Client client = clients.admit(path, BearerToken.of(request.header(HttpHeaders.AUTHORIZATION)).orElse(null));
        if (path.equals(ApiPaths.SPEECH)) {
            requireMethod(request, HttpMethod.POST);
            requireOrigin(request);
            requireJson(request);
            byte[] body = bodies.decode(request.header(HttpHeaders.CONTENT_ENCODING), request.body());
            return speech(body, CacheControl.of(request.header(HttpHeaders.CACHE_CONTROL)), client, limits);
        }
        Uni<Answer> answer = switch (path) {
            case "/v1/models" -> json(catalog.models());
            case "/v1/audio/voices" -> json(catalog.voices());
            case "/q/health" -> health(health.getHealthAsync());
            case "/q/health/live" -> health(health.getLivenessAsync());
            case "/q/health/ready" -> health(health.getReadinessAsync());
            default -> other(path, client);
        };
        requireMethod(request, HttpMethod.GET);
        return inTime(answer, limits.time());
    }

    private Uni<Answer> other(String path, Client client) {
        if (path.startsWith(MODEL)) {
            return json(catalog.model(path.substring(MODEL.length())));
        }
        Matcher file = CAPTIONS.matcher(path);
        if (!file.matches()) {
            throw new NotFoundException();
        }
        CaptionFiles.File found = captions.read(client, file.group(1), file.group(2));
        return Uni.createFrom().item(
                new Answer(200, Map.of(HttpHeaders.CONTENT_TYPE, found.mediaType()), found.body(), true));
    }

    private void requireOrigin(Request request) {
        if (origins.isForeign(request.header("Origin"), request.header(Origins.FETCH_SITE),
                request.header(HttpHeaders.HOST))) {
            throw new RefusedException(ErrorResponse.crossOrigin());
        }
    }

    private static void requireMethod(Request request, String method) {
        if (!request.method().equals(method)) {
            throw new NotAllowedException(method);
        }
    }

    /** As over HTTP a request that does not say is taken at its body's word. */
    private static void requireJson(Request request) {
        String contentType = request.header(HttpHeaders.CONTENT_TYPE);
        if (contentType == null) {
            return;
        }
        try {
            if (!MediaType.valueOf(contentType).isCompatible(MediaType.APPLICATION_JSON_TYPE)) {
                throw new NotSupportedException();
            }
        } catch (IllegalArgumentException e) {
            throw new NotSupportedException(e);
        }
    }

    private Uni<Answer> speech(byte[] body, CacheUse use, Client client, Limits limits) {
        OngoingSpeech ongoing = starter.begin(body, use, client);
        // A copy, since a cancelled Uni cancels its stage.
        Uni<Answer> answered = Uni.createFrom().completionStage(ongoing.answer().thenApply(Function.identity()))
                .flatMap(response -> collect(response, limits.bytes()));
        // Last, or the failure that it causes would have no subscriber.
        return inTime(answered, limits.time()).onFailure().recoverWithItem(failure -> error(ErrorResponse.of(failure)))
                .map(answer -> withRequestId(answer, ongoing)).onTermination().invoke(ongoing::cancel);
    }

    /** Collects a response; fails as soon as it is known not to fit. */
    private static Uni<Answer> collect(SpeechResponse response, int maxBytes) {
        return Multi.createFrom().publisher(response.speech().events())
                .collect()
                .in(Buffer::buffer, (body, event) -> append(body, response.encoding().encode(event), maxBytes))
                .map(body -> new Answer(200, response.headers(), complete(body.getBytes(), response), false));
    }

    /** All of it is there, so its length is known. */
    private static byte[] complete(byte[] body, SpeechResponse response) {
        if (response.encoding().mediaType().equals(AudioFormat.WAV.mediaType())) {
            WavSizes.complete(body);
        }
        return body;
    }

    private static void append(Buffer body, @Nullable Buffer chunk, int maxBytes) {
        if (chunk == null) {
            return;
        }
        if (body.length() + chunk.length() > maxBytes) {
            throw new RefusedException(ErrorResponse.audioTooLarge(maxBytes));
        }
        body.appendBuffer(chunk);
    }

    private Uni<Answer> inTime(Uni<Answer> answer, Duration limit) {
        return answer.ifNoItem().after(limit).recoverWithItem(() -> error(ErrorResponse.outOfTime(limit)));
    }

    private static Answer withRequestId(Answer answer, OngoingSpeech ongoing) {
        Map<String, String> headers = new HashMap<>(answer.headers());
        ongoing.requestId().ifPresent(id -> headers.put(RequestIds.HEADER, id));
        return new Answer(answer.status(), headers, answer.body(), answer.isText());
    }

    private static Uni<Answer> health(Uni<SmallRyeHealth> health) {
        return health.map(found -> new Answer(found.isDown() ? 503 : 200, JSON,
                found.getPayload().toString().getBytes(StandardCharsets.UTF_8), true));
    }

    private Uni<Answer> json(Object body) {
        return Uni.createFrom().item(new Answer(200, JSON, toJson(body), true));
    }

    private Answer error(ErrorResponse answer) {
        return new Answer(answer.status(), answer.headers(), toJson(answer.body()), true);
    }

    private byte[] toJson(Object body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
