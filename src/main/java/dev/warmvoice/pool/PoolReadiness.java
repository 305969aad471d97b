package dev.warmvoice.pool;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready from when the first connections are open, for as long as there are any or could be. */
@Readiness
@ApplicationScoped
class PoolReadiness implements HealthCheck {

    private final ConnectionPool pool;

    PoolReadiness(ConnectionPool pool) {
        this.pool = pool;
    }

    @Override
    public HealthCheckResponse call() {
        var failure = pool.lastFailure();
        return HealthCheckResponse.named("connections")
                .status(pool.isPrefetched() && !pool.isDown())
                .withData("size", pool.size())
                .withData("active", pool.active())
                .withData("idle", pool.idle())
                .withData("opening", pool.opening())
                .withData("waiting", pool.waiting())
                .withData("last-failure", failure.map(Throwable::getMessage).orElse("none"))
                .build();
    }
}
