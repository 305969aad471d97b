package dev.warmvoice.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClientTest {

    @Test
    void asManyRequestsAsASecondBringsMayComeAtOnce() {
        Client caller = new Client(OptionalInt.empty(), OptionalInt.of(5));
        IntStream.range(0, 5).forEach(each -> caller.ask());
        assertThatThrownBy(caller::ask).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.answer().status()).isEqualTo(429);
            assertThat(refused.answer().headers()).containsEntry("Retry-After", "1");
        });
        await().ignoreExceptions().untilAsserted(caller::ask);
    }

    /** Or whoever is refused and asks again at once would never get in. */
    @Test
    void aRequestThatIsRefusedDoesNotCount() {
        Client caller = new Client(OptionalInt.empty(), OptionalInt.of(1));
        caller.ask();
        for (int i = 0; i < 1000; i++) {
            assertThatThrownBy(caller::ask).isInstanceOf(RefusedException.class);
        }
        await().ignoreExceptions().untilAsserted(caller::ask);
    }

    @Test
    void whatCannotBeBegunIsNotCountedOn() {
        Client caller = new Client(OptionalInt.of(1), OptionalInt.empty());
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> caller.begin(() -> {
                throw new IllegalStateException("shutting down");
            })).hasMessage("shutting down");
        }
    }

    @Test
    void withoutLimitsThereAreNone() {
        Client caller = Client.unlimited();
        IntStream.range(0, 10_000).forEach(each -> caller.ask());
    }
}
