package dev.warmvoice.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.http.server.KernelQueues.Untaken;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadingSignsTest {

    private static final long LONG_AGO = Long.MIN_VALUE / 2;
    private static final long UNSEEN = ReadingSigns.UNSEEN.toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void localClientReadsWhenItsQueueShrinks() {
        ReadingSigns signs = new ReadingSigns(0);
        assertThat(signs.isReading(60_000, here(200_000), 0)).as("no earlier sample").isFalse();
        assertThat(signs.isReading(60_000, here(199_999), SECOND)).isTrue();
        assertThat(signs.isReading(60_000, here(199_999), 2 * SECOND)).isFalse();
        assertThat(signs.isReading(59_000, here(199_999), 3 * SECOND)).isTrue();
        assertThat(signs.isReading(9_000, here(250_000), 4 * SECOND)).as("moved on to the kernel").isFalse();
    }

    @Test
    void remoteClientMayReadUnnoticedForAWhile() {
        ReadingSigns signs = new ReadingSigns(0);
        assertThat(signs.isReading(60_000, elsewhere(90_000), UNSEEN - 1)).isTrue();
        assertThat(signs.isReading(60_000, elsewhere(90_000), UNSEEN)).isFalse();
        assertThat(signs.isReading(60_000, elsewhere(30_000), UNSEEN + SECOND)).isTrue();
        assertThat(signs.isReading(60_000, elsewhere(30_000), 2 * UNSEEN)).isTrue();
        assertThat(signs.isReading(60_000, elsewhere(30_000), 2 * UNSEEN + SECOND)).isFalse();
    }

    @Test
    void clientWithoutPendingDataIsNotReading() {
        ReadingSigns signs = new ReadingSigns(LONG_AGO);
        assertThat(signs.isReading(0, elsewhere(2), 0)).isFalse();
        assertThat(signs.isReading(0, Untaken.UNKNOWN, SECOND)).as("the ping was acknowledged").isTrue();
    }

    private static Untaken here(long bytes) {
        return new Untaken(bytes, true);
    }

    private static Untaken elsewhere(long bytes) {
        return new Untaken(bytes, false);
    }
}
