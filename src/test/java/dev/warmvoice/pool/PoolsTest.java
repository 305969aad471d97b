package dev.warmvoice.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.dashscope.ManualConnector;
import dev.warmvoice.time.ManualWorkers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What host hooks do to the pools of several upstreams. */
class PoolsTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final ManualWorkers workers = new ManualWorkers();
    private final ManualConnector one = new ManualConnector();
    private final ManualConnector other = new ManualConnector();
    private final Pools pools = pools();

    private Pools pools() {
        Map<Account, ConnectionPool> each = new LinkedHashMap<>();
        Accounts accounts = TestAccounts.all(Map.of("warmvoice.upstreams.a.api-key", "sk-a",
                "warmvoice.upstreams.b.api-key", "sk-b"));
        each.put(accounts.all().get(0), new ManualPool(one, workers, 2, 3).pool());
        each.put(accounts.all().get(1), new ManualPool(other, workers, 2, 3).pool());
        return new Pools(each);
    }

    @Test
    void opensAllPools() {
        CompletableFuture<Boolean> open = pools.open(LONG).toCompletableFuture();
        one.answerAll();
        assertThat(open).isNotDone();
        other.answerAll();
        assertThat(open).isCompletedWithValue(true);
    }

    @Test
    void oneThatDoesNotAnswerDelaysTheStartByAMomentOnly() throws Exception {
        CompletableFuture<Boolean> open = pools.open(LONG).toCompletableFuture();
        other.answerAll();
        assertThat(open.get(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void saysIfNoneCouldBeOpened() {
        CompletableFuture<Boolean> open = pools.open(Duration.ofSeconds(1)).toCompletableFuture();
        workers.pass(Duration.ofSeconds(1));
        assertThat(open).isCompletedWithValue(false);
    }

    @Test
    void restsAllPools() {
        one.answerAll();
        other.answerAll();
        assertThat(pools.rest(LONG).toCompletableFuture()).isCompletedWithValue(true);
        assertThat(one.handshakes()).noneMatch(each -> each.connection().isOpen());
        assertThat(other.handshakes()).noneMatch(each -> each.connection().isOpen());
    }
}
