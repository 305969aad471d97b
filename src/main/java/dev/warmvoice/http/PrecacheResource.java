package dev.warmvoice.http;

import dev.warmvoice.http.auth.Client;
import dev.warmvoice.http.auth.TokenGuard;
import dev.warmvoice.http.error.ErrorBody;
import dev.warmvoice.http.server.ApiPaths;
import dev.warmvoice.http.server.EventLoop;
import dev.warmvoice.http.speech.Precache;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.Callable;
import org.jboss.resteasy.reactive.common.util.RestMediaType;

/** {@code POST /v1/audio/speech/precache}. */
@Path(ApiPaths.PRECACHE)
public class PrecacheResource {

    private final Precache precache;

    PrecacheResource(Precache precache) {
        this.precache = precache;
    }

    /** Has each text of a list spoken and kept, and says so line by line. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(RestMediaType.APPLICATION_NDJSON)
    public Multi<Precache.Progress> precache(byte[] body, RoutingContext http) {
        Client client = TokenGuard.client(http);
        // A long list takes long to read, and other requests need the event loop meanwhile.
        Callable<Multi<Precache.Progress>> begin = () -> precache.begin(body, client);
        return Uni.createFrom()
                .completionStage(EventLoop.current().context().executeBlocking(begin, false).toCompletionStage())
                .onItem().transformToMulti(progress -> progress);
    }
}
