package dev.warmvoice.testing;

import org.jetbrains.lincheck.Lincheck;

/** Runs threads in every interleaving within Lincheck's bound, and prints a failing one. */
public final class Interleavings {

    private static final int INVOCATIONS = 300;

    private Interleavings() {
    }

    /** @param scenario throws on failure; starts its threads with {@link #together} */
    public static void explore(Runnable scenario) {
        Lincheck.runConcurrentTest(INVOCATIONS, scenario);
    }

    /** Runs all work concurrently and waits for the end. */
    public static void together(Runnable... work) {
        Thread[] threads = new Thread[work.length];
        for (int i = 0; i < work.length; i++) {
            threads[i] = new Thread(work[i]);
            threads[i].start();
        }
        try {
            for (int i = 0; i < work.length; i++) {
                threads[i].join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
