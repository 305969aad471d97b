package dev.warmvoice.testing;

import java.time.Duration;
import java.util.NoSuchElementException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waits of the tests. */
public final class Waits {

    private Waits() {
    }

    /** Looks at once and then often: Awaitility's own first look is after 100 ms, and most conditions hold by then. */
    public static ConditionFactory await() {
        // A journal that is still empty has no last task.
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10))
                .ignoreExceptionsInstanceOf(NoSuchElementException.class);
    }

    /** Lets time pass, where that is what the test is about and no condition tells when it has. */
    public static void pause(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
    }
}
