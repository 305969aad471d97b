package dev.warmvoice.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code GET /v1/models} and {@code GET /v1/audio/voices}: what the vendor documents. Other voices work as well. */
@Path("/v1")
public class CatalogResource {

    private final Catalog catalog;

    CatalogResource(Catalog catalog) {
        this.catalog = catalog;
    }

    /** All documented models. */
    @GET
    @Path("/models")
    @Operation(summary = "Documented models")
    public Page<Model> models() {
        return new Page<>(catalog.models().stream().map(Model::new).toList());
    }

    /** One of them. */
    @GET
    @Path("/models/{model}")
    @Operation(summary = "One documented model")
    public Model model(@PathParam("model") String model) {
        return catalog.models().stream().filter(model::equals).findFirst().map(Model::new)
                .orElseThrow(NotFoundException::new);
    }

    /** All documented voices. */
    @GET
    @Path("/audio/voices")
    @Operation(summary = "Documented voices, their languages and the models that speak them")
    public Page<Catalog.Voice> voices() {
        return new Page<>(catalog.voices());
    }

    /**
     * A list as OpenAI's API has it.
     *
     * @param object always {@code list}
     * @param data its items
     */
    @RegisterForReflection
    public record Page<T>(String object, List<T> data) {

        Page(List<T> data) {
            this("list", data);
        }
    }

    /**
     * A model as OpenAI's API has it.
     *
     * @param id its name
     * @param object always {@code model}
     * @param created seconds since the epoch; not documented, so 0
     * @param ownedBy who made it
     */
    @RegisterForReflection
    public record Model(String id, String object, long created, @JsonProperty("owned_by") String ownedBy) {

        Model(String id) {
            this(id, "model", 0, "alibaba");
        }
    }
}
