package dev.warmvoice.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogContextTest {

    @BeforeEach
    @AfterEach
    void clear() {
        MDC.clear();
    }

    @Test
    void workIsLoggedWithTheContextOfItsRequest() {
        MDC.put("request", "one");
        LogContext context = LogContext.current();
        MDC.put("request", "two");
        Map<String, Object> seen = new HashMap<>();
        context.run(() -> seen.putAll(MDC.getMap()));
        assertThat(seen).containsEntry("request", "one");
        assertThat(MDC.get("request")).as("afterwards").isEqualTo("two");
    }

    @Test
    void threadKeepsNothingOfTheContext() {
        MDC.put("request", "one");
        LogContext context = LogContext.current();
        MDC.clear();
        context.run(() -> {
        });
        assertThat(MDC.getMap()).isEmpty();
    }
}
