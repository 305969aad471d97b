package dev.warmvoice.http;

import dev.warmvoice.http.auth.TokenGuard;
import dev.warmvoice.http.captions.CaptionFiles;
import dev.warmvoice.http.server.ApiPaths;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code GET /v1/audio/speech/{request_id}/captions.{srt,vtt,json}}. */
@Path(ApiPaths.SPEECH)
public class CaptionsResource {

    private final CaptionFiles files;

    CaptionsResource(CaptionFiles files) {
        this.files = files;
    }

    /** The captions of a speech that is complete. */
    @GET
    @Path("/{request_id}/captions.{format}")
    public RestResponse<byte[]> captions(@PathParam("request_id") String requestId, @PathParam("format") String format,
            RoutingContext http) {
        CaptionFiles.File file = files.read(TokenGuard.client(http), requestId, format);
        return RestResponse.ResponseBuilder.ok(file.body()).header(HttpHeaders.CONTENT_TYPE, file.mediaType()).build();
    }
}
