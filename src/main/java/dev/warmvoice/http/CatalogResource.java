package dev.warmvoice.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.warmvoice.http.speech.OpenAiNames;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;

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
    public ListResponse<Model> models() {
        return new ListResponse<>(catalog.models().stream().map(Model::new).toList());
    }

    /** One of them, or one of OpenAI's names, which stand for the configured model. */
    @GET
    @Path("/models/{model}")
    public Model model(@PathParam("model") String model) {
        if (!catalog.models().contains(model) && !OpenAiNames.isModel(model)) {
            throw new NotFoundException();
        }
        return new Model(model);
    }

    /** All documented voices. */
    @GET
    @Path("/audio/voices")
    public VoiceList voices() {
        return new VoiceList(catalog.voices());
    }

    /**
     * A list as OpenAI's API has it.
     *
     * @param object always {@code list}
     * @param data its items
     */
    @RegisterForReflection
    public record ListResponse<T>(String object, List<T> data) {

        ListResponse(List<T> data) {
            this("list", data);
        }
    }

    /**
     * The voices, under both names that clients look for: OpenAI's API has no such list.
     *
     * @param object always {@code list}
     * @param data the voices
     * @param voices the same
     */
    @RegisterForReflection
    public record VoiceList(String object, List<Catalog.Voice> data, List<Catalog.Voice> voices) {

        VoiceList(List<Catalog.Voice> voices) {
            this("list", voices, voices);
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
