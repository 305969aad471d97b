package dev.warmvoice.bench;

import java.io.IOException;

/** An instance that keeps to a pace. Whoever wants to speak right after a thaw finds that the thaw has waited for it. */
final class PacedInstance implements Instance {

    private final Instance instance;
    private final Pace pace;

    /** @param pace shared with all others who use the same account */
    PacedInstance(Instance instance, Pace pace) {
        this.instance = instance;
        this.pace = pace;
    }

    /** Waits until it is time for a request. */
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
