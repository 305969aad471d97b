package dev.warmvoice.pool.rate;

import static dev.warmvoice.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.pool.rate.AccountSlots.Reply;
import dev.warmvoice.testing.RedisServer;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.redis.client.Redis;
import io.vertx.mutiny.redis.client.RedisAPI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The script, in a Redis of its own. */
@Tag("threads")
class RedisSlotsTest {

    private static final Duration WINDOW = Duration.ofMillis(1025);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration YOUNG = Duration.ofMillis(100);
    private static final String MODEL = "cosyvoice-v3-flash";

    private static Vertx vertx;
    private static RedisServer server;
    private static RedisAPI redis;

    private final RedisSlots one = new RedisSlots(redis, "account", YOUNG);
    private final RedisSlots two = new RedisSlots(redis, "account", YOUNG);

    @BeforeAll
    static void start() {
        server = RedisServer.start();
        vertx = Vertx.vertx();
        redis = RedisAPI.api(Redis.createClient(vertx, server.url()));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            vertx.closeAndAwait();
            server.close();
        }
    }

    @BeforeEach
    void begin() throws Exception {
        server.flush();
        await().until(() -> get(one.announce()).age().compareTo(YOUNG) > 0);
    }

    @Test
    void slotsOfAllInstancesAreAtTheRateOfOne() throws Exception {
        List<Duration> delays = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            delays.add(get((i % 2 == 0 ? one : two).reserve(MODEL, 3, LONG)).delay());
        }
        assertThat(delays.subList(0, 3)).containsOnly(Duration.ZERO);
        assertThat(delays.subList(3, 6)).allSatisfy(delay -> assertThat(delay)
                .isBetween(WINDOW.minusMillis(500), WINDOW));
        assertThat(delays.subList(6, 9)).allSatisfy(delay -> assertThat(delay)
                .isBetween(WINDOW.multipliedBy(2).minusMillis(500), WINDOW.multipliedBy(2)));
    }

    @Test
    void modelsHaveTheirOwnSlots() throws Exception {
        get(one.reserve(MODEL, 1, LONG));
        assertThat(get(two.reserve("cosyvoice-v2", 1, LONG)).delay()).isZero();
    }

    @Test
    void slotTooFarAheadIsNotReserved() throws Exception {
        get(one.reserve(MODEL, 1, LONG));
        Reply refused = get(two.reserve(MODEL, 1, Duration.ofMillis(100)));
        assertThat(refused.slot()).isZero();
        assertThat(refused.delay()).isBetween(WINDOW.minusMillis(500), WINDOW);
        assertThat(get(two.reserve(MODEL, 1, LONG)).delay()).isLessThanOrEqualTo(WINDOW);
    }

    @Test
    void anInstanceThatWaitsAloneCanBookAllSlots() throws Exception {
        int granted = 0;
        while (get(one.reserve(MODEL, 4, WINDOW.multipliedBy(2))).slot() != 0) {
            granted++;
        }
        assertThat(granted).as("at once, and of two windows").isEqualTo(12);
    }

    @Test
    void instancesThatWaitBookTheSameNumber() throws Exception {
        Duration twoWindows = WINDOW.multipliedBy(2);
        while (get(one.reserve(MODEL, 4, twoWindows)).slot() != 0) {
            // It books all.
        }
        assertThat(get(two.reserve(MODEL, 4, twoWindows)).slot()).isZero();
        int ofOne = 0;
        int ofTwo = 0;
        long end = System.nanoTime() + Duration.ofSeconds(6).toNanos();
        while (System.nanoTime() < end) {
            ofOne += get(one.reserve(MODEL, 4, twoWindows)).slot() == 0 ? 0 : 1;
            ofOne += get(one.reserve(MODEL, 4, twoWindows)).slot() == 0 ? 0 : 1;
            ofTwo += get(two.reserve(MODEL, 4, twoWindows)).slot() == 0 ? 0 : 1;
        }
        assertThat(ofOne + ofTwo).as("the whole rate").isBetween(20, 26);
        // The other one had none at the beginning, and has made up for it.
        assertThat(ofTwo - ofOne).isBetween(0, 9);
    }

    @Test
    void slotThatIsGivenBackIsFree() throws Exception {
        Reply slot = get(one.reserve(MODEL, 1, LONG));
        one.giveBack(MODEL, slot.slot());
        assertThat(get(two.reserve(MODEL, 1, LONG)).delay()).isZero();
    }

    @Test
    void recordedTaskTakesASlot() throws Exception {
        get(one.record(MODEL));
        assertThat(get(two.reserve(MODEL, 1, LONG)).delay()).isPositive();
    }

    @Test
    void instancesAreCountedAndRankedTheSameForAll() throws Exception {
        get(one.announce());
        get(two.announce());
        Reply first = get(one.announce());
        Reply second = get(two.announce());
        assertThat(first.members().count()).isEqualTo(2);
        assertThat(second.members().count()).isEqualTo(2);
        assertThat(List.of(first.members().rank(), second.members().rank())).containsExactlyInAnyOrder(0, 1);
        two.leave();
        await().until(() -> get(one.announce()).members().count() == 1);
    }

    @Test
    void emptiedServerGrantsNoSlotAtFirst() throws Exception {
        get(one.reserve(MODEL, 1, LONG));
        server.flush();
        Reply young = get(one.reserve(MODEL, 1, LONG));
        assertThat(young.slot()).isZero();
        assertThat(young.age()).isLessThan(YOUNG);
        await().until(() -> get(two.reserve(MODEL, 1, LONG)).slot() != 0);
    }

    @Test
    void serverThatHasLostTheLatestChangesBeginsAnew() throws Exception {
        for (int i = 0; i < 10; i++) {
            get(one.announce());
        }
        server.command("HSET warmvoice:{account}:state changes 1");
        assertThat(get(one.announce()).age()).isLessThan(YOUNG);
        assertThat(get(two.announce()).age()).isLessThan(YOUNG);
    }

    @Test
    void keysOfModelsExpire() throws Exception {
        get(one.reserve(MODEL, 1, LONG));
        get(one.record("cosyvoice-v2"));
        assertThat(server.command("PTTL warmvoice:{account}:slots:" + MODEL)).matches(":[1-9]\\d*\r\n");
        assertThat(server.command("PTTL warmvoice:{account}:slots:cosyvoice-v2")).matches(":[1-9]\\d*\r\n");
    }

    private static Reply get(CompletionStage<Reply> answer) throws Exception {
        return answer.toCompletableFuture().get(5, TimeUnit.SECONDS);
    }
}
