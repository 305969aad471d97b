package dev.warmvoice.pool;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready from when the first connections are open, for as long as there are any or could be. Of several upstreams one is
 * enough.
 */
@Readiness
@ApplicationScoped
class PoolReadiness implements HealthCheck {

    private final Pools pools;

    PoolReadiness(Pools pools) {
        this.pools = pools;
    }

    @Override
    public HealthCheckResponse call() {
        Collection<ConnectionPool> all = pools.all().values();
        HealthCheckResponseBuilder response = HealthCheckResponse.named("connections")
                .status(all.stream().anyMatch(PoolReadiness::isReady))
                .withData("size", sum(all, ConnectionPool::size))
                .withData("active", sum(all, ConnectionPool::active))
                .withData("idle", sum(all, ConnectionPool::idle))
                .withData("opening", sum(all, ConnectionPool::opening))
                .withData("waiting", sum(all, ConnectionPool::waiting))
                .withData("last-failure", all.stream().map(ConnectionPool::lastFailure).flatMap(Optional::stream)
                        .map(Throwable::getMessage).findFirst().orElse("none"));
        if (all.size() > 1) {
            pools.all().forEach((account, pool) -> response.withData("upstream-" + account.name(), state(pool)));
        }
        return response.build();
    }

    private static boolean isReady(ConnectionPool pool) {
        return pool.isPrefetched() && !pool.isDown();
    }

    private static String state(ConnectionPool pool) {
        return (isReady(pool) ? "UP" : "DOWN")
                + pool.lastFailure().map(failure -> ": " + failure.getMessage()).orElse("");
    }

    private static long sum(Collection<ConnectionPool> pools, ToIntFunction<ConnectionPool> value) {
        return pools.stream().mapToInt(value).sum();
    }
}
