package dev.warmvoice.http.auth;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.redis.client.RedisAPI;
import io.vertx.mutiny.redis.client.Response;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The characters that one token has had spoken in a day, by all instances together, in Redis. Thread-safe, does not block. */
final class SharedUsage {

    /** Beyond the end of the day, whatever the clocks of the instances say. */
    private static final Duration KEPT = Duration.ofDays(2);

    private final RedisAPI redis;
    private final String prefix;
    private final String name;

    /**
     * @param account in the names of the keys
     * @param name the token's
     */
    SharedUsage(RedisAPI redis, String account, String name) {
        this.redis = redis;
        this.prefix = "warmvoice:{" + account + "}:usage:";
        this.name = name;
    }

    /**
     * Adds characters.
     *
     * @param characters 0 only asks
     * @return how many all instances have used; fails if that cannot be known
     */
    CompletionStage<Long> add(LocalDate day, long characters) {
        String key = prefix + day + ":" + name;
        Uni<Response> total = redis.incrby(key, Long.toString(characters));
        return total.call(() -> redis.expire(List.of(key, Long.toString(KEPT.toSeconds())))).map(Response::toLong)
                .subscribeAsCompletionStage();
    }
}
