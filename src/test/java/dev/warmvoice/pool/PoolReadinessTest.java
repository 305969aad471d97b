package dev.warmvoice.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.dashscope.ManualConnector;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.time.ManualWorkers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class PoolReadinessTest {

    private final ManualConnector connector = new ManualConnector();
    private final ManualPool pool = new ManualPool(connector, new ManualWorkers(), 2, 3);
    private final PoolReadiness readiness = new PoolReadiness(new Pools(
            Map.of(TestAccounts.unnamed(Map.of()), pool.pool())));

    @Test
    void isReadyWhenTheFirstConnectionsAreOpen() {
        connector.handshakes().get(0).answer();
        assertThat(readiness.call().getStatus()).isEqualTo(Status.DOWN);
        connector.answerAll();
        assertThat(readiness.call().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void saysHowManyConnectionsThereAre() {
        connector.handshakes().get(0).answer();
        HealthCheckResponse response = readiness.call();
        assertThat(response.getName()).isEqualTo("connections");
        assertThat(response.getData()).contains(Map.of("size", 2L, "active", 0L, "idle", 1L, "opening", 1L, "waiting",
                0L, "last-failure", "none"));
    }

    @Test
    void isNotReadyWithoutAConnectionWhileNoneCanBeOpened() {
        connector.answerAll();
        connector.handshakes().forEach(each -> each.connection().close());
        pool.pass(Duration.ofSeconds(2));
        connector.handshakes().stream().skip(2).forEach(each -> each.fail(Reason.UNREACHABLE));
        HealthCheckResponse response = readiness.call();
        assertThat(response.getStatus()).isEqualTo(Status.DOWN);
        assertThat(response.getData().orElseThrow().get("last-failure")).isNotEqualTo("none");
    }

    @Test
    void isReadyWhileOneOfSeveralUpstreamsIs() {
        ManualConnector other = new ManualConnector();
        Map<Account, ConnectionPool> pools = new LinkedHashMap<>();
        Accounts accounts = TestAccounts.all(Map.of("warmvoice.upstreams.a.api-key", "sk-a",
                "warmvoice.upstreams.b.api-key", "sk-b"));
        pools.put(accounts.all().get(0), pool.pool());
        pools.put(accounts.all().get(1), new ManualPool(other, new ManualWorkers(), 2, 3).pool());
        PoolReadiness both = new PoolReadiness(new Pools(pools));
        assertThat(both.call().getStatus()).isEqualTo(Status.DOWN);
        other.answerAll();
        connector.handshakes().forEach(each -> each.fail(Reason.UNREACHABLE));
        HealthCheckResponse response = both.call();
        assertThat(response.getStatus()).isEqualTo(Status.UP);
        assertThat(response.getData()).contains(Map.of("size", 4L, "active", 0L, "idle", 2L, "opening", 0L, "waiting",
                0L, "last-failure", "failed by the test", "upstream-a", "DOWN: failed by the test", "upstream-b",
                "UP"));
    }
}
