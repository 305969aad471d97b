package dev.warmvoice.emulator;

import io.quarkus.arc.profile.IfBuildProfile;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * What the page of dev mode breaks things with: the emulator's own interface, under the page's origin, and a freeze of
 * this process. Not there when a key is configured. That bodies have to be JSON keeps pages of other origins out, as a
 * browser would have to ask us first.
 */
@IfBuildProfile("dev")
@Path("/dev")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class DevResource {

    private static final int LONGEST_FREEZE = 60;
    private static final byte[] NOTHING = {};

    private final DevService service;

    DevResource(DevService service) {
        this.service = service;
    }

    @GET
    @Path("/state")
    @Operation(hidden = true)
    public Uni<RestResponse<String>> state() {
        return control("GET /state", NOTHING);
    }

    @POST
    @Path("/faults")
    @Operation(hidden = true)
    public Uni<RestResponse<String>> fault(byte[] body) {
        return control("POST /faults", body);
    }

    @DELETE
    @Path("/faults")
    @Operation(hidden = true)
    public Uni<RestResponse<String>> noFaults() {
        return control("DELETE /faults", NOTHING);
    }

    @POST
    @Path("/connections/cut")
    @Operation(hidden = true)
    public Uni<RestResponse<String>> cut(byte[] body) {
        return control("POST /connections/cut", body);
    }

    /**
     * Stops this process for some seconds, as a host does that freezes its instances. Another process has to continue it,
     * and to stop it too, so that the answer is out before.
     */
    @POST
    @Path("/freeze")
    @Operation(hidden = true)
    public void freeze(byte[] body) throws IOException {
        emulator();
        int seconds = seconds(body);
        long self = ProcessHandle.current().pid();
        new ProcessBuilder("sh", "-c", "sleep 0.2; kill -STOP %1$d; sleep %2$d; kill -CONT %1$d"
                .formatted(self, seconds)).inheritIO().start();
    }

    private static int seconds(byte[] body) {
        try {
            if (new JsonObject(Buffer.buffer(body)).getValue("seconds") instanceof Integer seconds && seconds >= 1
                    && seconds <= LONGEST_FREEZE) {
                return seconds;
            }
        } catch (DecodeException e) {
            throw new BadRequestException(e);
        }
        throw new BadRequestException();
    }

    private Uni<RestResponse<String>> control(String call, byte[] body) {
        return Uni.createFrom().completionStage(emulator().control(call, Buffer.buffer(body)).toCompletionStage())
                .map(answer -> RestResponse.ResponseBuilder
                        .create(RestResponse.Status.fromStatusCode(answer.status()), answer.body().encode()).build());
    }

    private Emulator emulator() {
        return service.emulator().orElseThrow(NotFoundException::new);
    }
}
