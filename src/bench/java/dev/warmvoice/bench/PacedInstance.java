package dev.warmvoice.bench;

import java.io.IOException;

/** An instance with a pace, for which a thaw waits too, so that a request may follow the thaw at once. */
final class PacedInstance implements Instance {

    private final Instance instance;
    private final Pace pace;

    /** @param pace the pace of all instances that share the account */
    PacedInstance(Instance instance, Pace pace) {
        this.instance = instance;
        this.pace = pace;
    }

    /** Waits until the next request may start. */
    void await() {
        pace.await();
    }

    @Override
    public Heard speak(String text) throws IOException {
        pace.await();
        try {
            return instance.speak(text);
        } finally {
            pace.ended();
        }
    }

    @Override
    public void freeze() {
        instance.freeze();
    }

    @Override
    public void thaw() {
        pace.await();
        instance.thaw();
    }

    @Override
    public void close() throws IOException {
        instance.close();
    }
}
