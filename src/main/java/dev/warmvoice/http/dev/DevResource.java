package dev.warmvoice.http.dev;

import io.quarkus.arc.profile.IfBuildProfile;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import jakarta.annotation.PreDestroy;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.net.URI;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * Lets the page of dev mode break things: forwards to the emulator's control API, and freezes this process. Answers 404
 * where the real service speaks. Bodies must be JSON, which pages of other origins cannot send without asking first.
 */
@IfBuildProfile("dev")
@Path("/dev")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class DevResource {

    private static final int MAX_FREEZE_SECONDS = 60;
    private static final byte[] NOTHING = {};

    private final DevConfig dev;
    private final HttpClient http;

    DevResource(DevConfig dev, Vertx vertx) {
        this.dev = dev;
        http = vertx.createHttpClient();
    }

    @GET
    @Path("/state")
    public Uni<RestResponse<String>> state() {
        return forward(HttpMethod.GET, "/state", NOTHING);
    }

    @POST
    @Path("/faults")
    public Uni<RestResponse<String>> fault(byte[] body) {
        return forward(HttpMethod.POST, "/faults", body);
    }

    @DELETE
    @Path("/faults")
    public Uni<RestResponse<String>> noFaults() {
        return forward(HttpMethod.DELETE, "/faults", NOTHING);
    }

    @POST
    @Path("/connections/cut")
    public Uni<RestResponse<String>> cut(byte[] body) {
        return forward(HttpMethod.POST, "/connections/cut", body);
    }

    /**
     * Stops this process for some seconds, as a host does that freezes its instances. Another process has to continue it,
     * and to stop it too, so that the response leaves first.
     */
    @POST
    @Path("/freeze")
    public void freeze(byte[] body) throws IOException {
        emulator();
        int seconds = seconds(body);
        long self = ProcessHandle.current().pid();
        new ProcessBuilder("sh", "-c", "sleep 0.2; kill -STOP %1$d; sleep %2$d; kill -CONT %1$d"
                .formatted(self, seconds)).inheritIO().start();
    }

    @PreDestroy
    void close() {
        http.close();
    }

    private static int seconds(byte[] body) {
        try {
            if (new JsonObject(Buffer.buffer(body)).getValue("seconds") instanceof Integer seconds && seconds >= 1
                    && seconds <= MAX_FREEZE_SECONDS) {
                return seconds;
            }
        } catch (DecodeException e) {
            throw new BadRequestException(e);
        }
        throw new BadRequestException();
    }

    private Uni<RestResponse<String>> forward(HttpMethod method, String path, byte[] body) {
        URI emulator = emulator();
        return Uni.createFrom().completionStage(http.request(method, emulator.getPort(), emulator.getHost(), path)
                .compose(request -> request.send(Buffer.buffer(body)))
                .compose(response -> response.body().map(json -> answer(response, json)))
                .toCompletionStage());
    }

    private static RestResponse<String> answer(HttpClientResponse response, Buffer json) {
        return RestResponse.ResponseBuilder
                .create(RestResponse.Status.fromStatusCode(response.statusCode()), json.toString()).build();
    }

    private URI emulator() {
        return dev.emulator().orElseThrow(NotFoundException::new);
    }
}
