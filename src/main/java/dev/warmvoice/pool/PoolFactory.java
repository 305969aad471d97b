package dev.warmvoice.pool;

import dev.warmvoice.dashscope.ConnectionLimits;
import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.dashscope.Endpoint;
import dev.warmvoice.dashscope.SdkConnector;
import dev.warmvoice.pool.key.ApiKeys;
import dev.warmvoice.pool.key.ApiKeys.Rereading;
import dev.warmvoice.time.Clocks;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.time.Duration;
import java.util.Random;

/**
 * Makes the pool of each account. All have the same settings, and the SDK's limits are for all together.
 *
 * @param keyRefresh the longest time after which a key is read again
 * @param connectTimeout bound on a handshake
 */
record PoolFactory(Accounts accounts, PoolConfig config, Duration keyRefresh, Duration connectTimeout,
        MeterRegistry registry, Heartbeat heartbeat, Workers workers) {

    /** A pool, and the key with which it opens connections. */
    record Keyed(ConnectionPool pool, ApiKeys keys) {

        void maintain() {
            // After a freeze the key first, since the pool opens connections with it.
            keys.maintain();
            pool.maintain();
        }
    }

    /** @throws ConfigurationException with one sentence that names the settings */
    Keyed pool(Account account) {
        Tags tags = accounts.tags(account);
        ApiKeys keys = KeySettings.keys(account,
                new Rereading(keyRefresh, Clocks.SYSTEM, heartbeat, workers, registry, tags));
        Endpoint endpoint = new Endpoint(ServiceAddress.of(account), keys::current,
                account.config().workspace().orElse(null));
        boolean isFirst = account.equals(accounts.all().get(0));
        ConnectionPool pool = new ConnectionPool(config, connectTimeout,
                keys.connector(connector(endpoint), connectTimeout), new PoolMetrics(registry, tags, isFirst),
                heartbeat,
                workers, new Random());
        keys.onChange(pool::keyChanged);
        return new Keyed(pool, keys);
    }

    private Connector connector(Endpoint endpoint) {
        int connections = accounts.all().size() * (config.size() + config.overflow());
        try {
            return new SdkConnector(endpoint, ConnectionLimits.of(System.getenv(), connections), connectTimeout,
                    workers::execute);
        } catch (IllegalArgumentException | IllegalStateException e) {
            // Quarkus prints the sentence of this one, and the stack trace of any other.
            throw new ConfigurationException(e.getMessage());
        }
    }
}
