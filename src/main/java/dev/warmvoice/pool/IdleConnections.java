package dev.warmvoice.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jspecify.annotations.Nullable;

/**
 * Holds the idle and the lent connections; the only class that uses commons-pool. Lends the latest used first. Not
 * thread-safe: guarded by the lock of {@link ConnectionSupply}. Does not block.
 *
 * <p>
 * commons-pool never opens a connection here: connections are opened elsewhere and added. Otherwise it would open a
 * successor for each discarded connection, in the discarding thread and whether or not it is needed.
 */
final class IdleConnections {

    private final GenericObjectPool<PooledConnection> pool;
    private final Set<PooledConnection> lent = new HashSet<>();
    private @Nullable PooledConnection added;
    private Predicate<PooledConnection> evicted = idle -> false;

    IdleConnections() {
        GenericObjectPoolConfig<PooledConnection> settings = new GenericObjectPoolConfig<>();
        settings.setMaxTotal(-1);
        settings.setMaxIdle(-1);
        settings.setBlockWhenExhausted(false);
        settings.setNumTestsPerEvictionRun(-1);
        settings.setEvictionPolicy((config, candidate, idle) -> evicted.test(candidate.getObject()));
        settings.setJmxEnabled(false);
        pool = new GenericObjectPool<>(new AddedFactory(), settings);
    }

    /** Adds a connection that has just been opened, as idle. */
    void add(PooledConnection opened) {
        added = opened;
        try {
            pool.addObject();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            added = null;
        }
    }

    /** Lends the idle connection that was used last; empty if there is none. */
    Optional<PooledConnection> borrow() {
        if (pool.getNumIdle() == 0) {
            return Optional.empty();
        }
        try {
            PooledConnection borrowed = pool.borrowObject(Duration.ZERO);
            lent.add(borrowed);
            return Optional.of(borrowed);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes back a lent connection, as idle. */
    void giveBack(PooledConnection returned) {
        lent.remove(returned);
        pool.returnObject(returned);
    }

    /** Forgets a lent connection and closes it. */
    void discard(PooledConnection broken) {
        lent.remove(broken);
        try {
            pool.invalidateObject(broken);
        } catch (NothingAdded expected) {
            // commons-pool asks for a successor; there is none.
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Forgets and closes idle connections, the longest unused first.
     *
     * @return how many
     */
    int discardIdle(Predicate<PooledConnection> which) {
        int before = pool.getNumIdle();
        try {
            evicted = which;
            pool.evict();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return before - pool.getNumIdle();
    }

    /** The longest unused of the idle connections that match; empty if none does. */
    Optional<PooledConnection> firstIdle(Predicate<PooledConnection> which) {
        return matching(which).stream().findFirst();
    }

    int countIdle(Predicate<PooledConnection> which) {
        return matching(which).size();
    }

    private List<PooledConnection> matching(Predicate<PooledConnection> which) {
        List<PooledConnection> found = new ArrayList<>();
        discardIdle(idle -> {
            if (which.test(idle)) {
                found.add(idle);
            }
            return false;
        });
        return found;
    }

    /** Forgets and closes all idle connections. */
    void clear() {
        pool.clear();
    }

    int idle() {
        return pool.getNumIdle();
    }

    int lent() {
        return lent.size();
    }

    int countLent(Predicate<PooledConnection> which) {
        // Without a stream: for each request it is called three times.
        int count = 0;
        for (PooledConnection each : lent) {
            if (which.test(each)) {
                count++;
            }
        }
        return count;
    }

    private static final class NothingAdded extends Exception {

        private static final long serialVersionUID = 1;

        NothingAdded() {
            super("no connection was opened", null, false, false);
        }
    }

    private final class AddedFactory extends BasePooledObjectFactory<PooledConnection> {

        @Override
        public PooledConnection create() throws NothingAdded {
            if (added == null) {
                throw new NothingAdded();
            }
            return added;
        }

        @Override
        public PooledObject<PooledConnection> wrap(PooledConnection connection) {
            return new DefaultPooledObject<>(connection);
        }

        @Override
        public void destroyObject(PooledObject<PooledConnection> pooled) {
            pooled.getObject().connection().cancel();
        }
    }
}
