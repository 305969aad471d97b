package dev.warmvoice.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.http.error.RefusedException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClientTest {

    @Test
    void burstOfOneSecondsRateIsAllowed() {
        Client client = new Client("1", "", Client.UNLIMITED, 5, Budget.unlimited());
        IntStream.range(0, 5).forEach(each -> client.acquireRequest());
        assertThatThrownBy(client::acquireRequest).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.answer().status()).isEqualTo(429);
            assertThat(refused.answer().headers()).containsEntry("Retry-After", "1");
        });
        await().ignoreExceptions().untilAsserted(client::acquireRequest);
    }

    /** Otherwise a client that retries at once would be locked out. */
    @Test
    void rejectedRequestsDoNotCount() {
        Client client = new Client("1", "", Client.UNLIMITED, 1, Budget.unlimited());
        client.acquireRequest();
        for (int i = 0; i < 1000; i++) {
            assertThatThrownBy(client::acquireRequest).isInstanceOf(RefusedException.class);
        }
        await().ignoreExceptions().untilAsserted(client::acquireRequest);
    }

    @Test
    void failedStartReleasesItsStream() {
        Client client = new Client("1", "", 1, Client.UNLIMITED, Budget.unlimited());
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> client.begin(() -> {
                throw new IllegalStateException("shutting down");
            })).hasMessage("shutting down");
        }
    }

    @Test
    void zeroMeansNoLimit() {
        Client client = Client.unlimited();
        IntStream.range(0, 10_000).forEach(each -> client.acquireRequest());
    }
}
