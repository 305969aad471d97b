package dev.warmvoice.pool;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/** The connections of this process: a pool for each account. Thread-safe, does not block. */
public final class Pools {

    /** How long {@link #open} waits for the other pools after the first. */
    private static final Duration OTHERS = Duration.ofSeconds(1);

    private final Map<Account, ConnectionPool> pools;

    /** @param pools the most wanted first */
    Pools(Map<Account, ConnectionPool> pools) {
        this.pools = Collections.unmodifiableMap(new LinkedHashMap<>(pools));
    }

    public ConnectionPool pool(Account account) {
        return Objects.requireNonNull(pools.get(account), "each account has a pool");
    }

    Map<Account, ConnectionPool> all() {
        return pools;
    }

    /**
     * {@linkplain ConnectionPool#open Opens} what is missing, in all pools.
     *
     * @param maxWait how long that may take
     * @return whether one pool has as many connections as it should have; the others have had a moment longer
     */
    public CompletionStage<Boolean> open(Duration maxWait) {
        List<CompletableFuture<Boolean>> each = onEach(pool -> pool.open(maxWait));
        CompletableFuture<Boolean> all = allOf(each, Boolean::logicalOr);
        if (each.size() > 1) {
            // One that cannot be reached must not delay the start as long as it may take.
            each.forEach(one -> one.thenAccept(open -> {
                if (open) {
                    all.completeOnTimeout(true, OTHERS.toMillis(), TimeUnit.MILLISECONDS);
                }
            }));
        }
        return all;
    }

    /**
     * {@linkplain ConnectionPool#rest Closes} idle connections, in all pools.
     *
     * @param maxWait how long to wait for the running tasks
     * @return whether no task runs any more
     */
    public CompletionStage<Boolean> rest(Duration maxWait) {
        return allOf(onEach(pool -> pool.rest(maxWait)), Boolean::logicalAnd);
    }

    void close() {
        pools.values().forEach(ConnectionPool::close);
    }

    private List<CompletableFuture<Boolean>> onEach(Function<ConnectionPool, CompletionStage<Boolean>> action) {
        return pools.values().stream().map(pool -> action.apply(pool).toCompletableFuture()).toList();
    }

    private static CompletableFuture<Boolean> allOf(List<CompletableFuture<Boolean>> each,
            BinaryOperator<Boolean> combined) {
        return each.stream().reduce((one, other) -> one.thenCombine(other, combined))
                .map(CompletableFuture::copy).orElseThrow();
    }
}
