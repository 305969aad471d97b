package dev.warmvoice.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waits of the tests. */
public final class Waits {

    private Waits() {
    }

    /** Looks at once and then often: Awaitility's own first look is after 100 ms, and most conditions hold by then. */
    public static ConditionFactory await() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10));
    }
}
