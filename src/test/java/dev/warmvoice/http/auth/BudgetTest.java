package dev.warmvoice.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmvoice.http.error.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class BudgetTest {

    private Instant now = Instant.parse("2026-03-01T23:00:00Z");
    private final Budget budget = new Budget(100, () -> now, null);

    @Test
    void refusesWhatExceedsTheDay() {
        budget.use(60);
        assertThatThrownBy(() -> budget.use(41)).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.answer().status()).isEqualTo(429);
            assertThat(refused.answer().body().error().type()).isEqualTo("insufficient_quota");
            assertThat(refused.answer().body().error().code()).isEqualTo("insufficient_quota");
            assertThat(refused.answer().body().error().message()).contains("100 characters", "40 of today's");
            assertThat(refused.answer().headers()).containsEntry("Retry-After", "3600");
        });
        assertThatCode(() -> budget.use(40)).doesNotThrowAnyException();
        assertThatThrownBy(() -> budget.use(0)).isInstanceOf(RefusedException.class);
    }

    @Test
    void aDayBeginsAtMidnightAndOnlyOnce() {
        budget.use(100);
        now = now.plus(Duration.ofHours(1));
        budget.use(100);
        now = now.minus(Duration.ofHours(1));
        assertThatThrownBy(() -> budget.use(1)).isInstanceOf(RefusedException.class);
    }

    @Test
    void correctsTheDayThatIsMeant() {
        LocalDate yesterday = budget.use(100);
        budget.correct(yesterday, -30);
        budget.use(30);
        now = now.plus(Duration.ofHours(2));
        budget.use(100);
        budget.correct(yesterday, -50);
        assertThatThrownBy(() -> budget.use(1)).isInstanceOf(RefusedException.class);
    }

    @Test
    void theServiceMayCountMore() {
        budget.correct(budget.use(90), 50);
        assertThatThrownBy(() -> budget.use(0)).isInstanceOf(RefusedException.class);
    }

    @Test
    void withoutABudgetAllIsAllowed() {
        Budget unlimited = Budget.unlimited();
        for (int i = 0; i < 10; i++) {
            unlimited.use(Integer.MAX_VALUE);
        }
    }
}
