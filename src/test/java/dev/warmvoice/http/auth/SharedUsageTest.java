package dev.warmvoice.http.auth;

import static dev.warmvoice.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.warmvoice.http.error.RefusedException;
import dev.warmvoice.testing.RedisServer;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.redis.client.Redis;
import io.vertx.mutiny.redis.client.RedisAPI;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One token's budget in two instances, with a Redis of their own. */
class SharedUsageTest {

    private static final LocalDate TODAY = LocalDate.parse("2026-11-28");
    private static final String KEY = "warmvoice:{account}:usage:2026-11-28:alice";

    private RedisServer server;
    private Vertx vertx;
    private Budget one;
    private Budget two;
    private Instant now = Instant.parse("2026-11-28T12:00:00Z");

    @BeforeEach
    void start() {
        server = RedisServer.start();
        vertx = Vertx.vertx();
        one = budget();
        two = budget();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            vertx.closeAndAwait();
            server.close();
        }
    }

    private Budget budget() {
        Budget budget = new Budget(100, () -> now,
                new SharedUsage(RedisAPI.api(Redis.createClient(vertx, server.url())), "account", "alice"));
        budget.begin();
        return budget;
    }

    @Test
    void whatOneInstanceHasUsedTheOtherHasNotLeft() {
        one.use(60);
        awaitTotal(60);
        two.use(40);
        awaitTotal(100);
        one.correct(TODAY, 0);
        await().untilAsserted(() -> assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> one.use(1)));
    }

    @Test
    void anInstanceThatBeginsAsksWhatIsUsed() {
        one.use(100);
        awaitTotal(100);
        Budget late = budget();
        await().untilAsserted(() -> assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> late.use(1)));
    }

    @Test
    void correctionsCountEverywhere() {
        one.use(60);
        one.correct(TODAY, -50);
        awaitTotal(10);
    }

    @Test
    void whatCouldNotBeToldIsToldLater() {
        server.kill();
        one.use(30);
        one.use(30);
        server.restart();
        await().until(() -> {
            one.correct(TODAY, 0);
            return server.command("GET " + KEY).contains("\r\n60\r\n");
        });
    }

    @Test
    void everyInstanceCountsByItselfWhileTheServerIsAway() {
        server.kill();
        one.use(100);
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> one.use(1));
        two.use(100);
    }

    @Test
    void aNewDayBeginsAtZeroAndTheOldOneExpires() {
        one.use(100);
        awaitTotal(100);
        now = now.plusSeconds(12 * 3600);
        one.use(100);
        assertThat(server.command("TTL " + KEY)).matches(":1[67]\\d{4}\r\n");
    }

    private void awaitTotal(int characters) {
        await().until(() -> server.command("GET " + KEY).contains("\r\n" + characters + "\r\n"));
    }
}
