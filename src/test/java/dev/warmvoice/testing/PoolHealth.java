package dev.warmvoice.testing;

import io.vertx.core.json.JsonObject;
import java.io.IOException;

/**
 * What readiness says of the pool.
 *
 * @param lastFailure why the latest handshake failed, or "none"
 */
public record PoolHealth(int active, int idle, int opening, int waiting, String lastFailure) {

    /** A pool of that size at rest. */
    public static PoolHealth atRest(int size) {
        return new PoolHealth(0, size, 0, 0, "none");
    }

    public static PoolHealth of(Api api) throws IOException, InterruptedException {
        return of(new JsonObject(api.get("/q/health/ready").body()));
    }

    /** @param ready the JSON of {@code /q/health/ready} */
    public static PoolHealth of(JsonObject ready) {
        JsonObject pool = ready.getJsonArray("checks").stream().map(JsonObject.class::cast)
                .filter(check -> check.getString("name").equals("connections")).findFirst().orElseThrow()
                .getJsonObject("data");
        return new PoolHealth(pool.getInteger("active"), pool.getInteger("idle"), pool.getInteger("opening"),
                pool.getInteger("waiting"), pool.getString("last-failure"));
    }
}
