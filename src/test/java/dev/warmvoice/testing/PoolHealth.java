package dev.warmvoice.testing;

import io.vertx.core.json.JsonObject;
import java.io.IOException;

/**
 * The pool's state in the readiness check.
 *
 * @param lastFailure the reason of the latest failed handshake, or "none"
 */
public record PoolHealth(int active, int idle, int opening, int waiting, String lastFailure) {

    /** The state of an idle pool of this size. */
    public static PoolHealth atRest(int size) {
        return new PoolHealth(0, size, 0, 0, "none");
    }

    public static PoolHealth of(Api api) throws IOException, InterruptedException {
        return of(new JsonObject(api.get("/q/health/ready").body()));
    }

    /** @param ready the JSON body of {@code /q/health/ready} */
    public static PoolHealth of(JsonObject ready) {
        JsonObject pool = ready.getJsonArray("checks").stream().map(JsonObject.class::cast)
                .filter(check -> check.getString("name").equals("connections")).findFirst().orElseThrow()
                .getJsonObject("data");
        return new PoolHealth(pool.getInteger("active"), pool.getInteger("idle"), pool.getInteger("opening"),
                pool.getInteger("waiting"), pool.getString("last-failure"));
    }
}
