package dev.warmvoice.pool.key;

import dev.warmvoice.dashscope.Connector;
import java.time.Duration;

/** A key that never changes. */
final class FixedKey implements ApiKeys {

    private final String value;

    FixedKey(String value) {
        this.value = value;
    }

    @Override
    public String current() {
        return value;
    }

    @Override
    public void maintain() {
        // There is nothing to read again.
    }

    @Override
    public void onChange(Runnable listener) {
        // It never runs.
    }

    @Override
    public Connector connector(Connector connector, Duration connectTimeout) {
        return connector;
    }
}
