package dev.warmvoice.testing;

import org.jetbrains.lincheck.Lincheck;

/** Runs threads in every order that Lincheck can think of within a bound, and prints the one that fails. */
public final class Interleavings {

    private static final int INVOCATIONS = 300;

    private Interleavings() {
    }

    /** @param scenario throws if it does not hold; begins threads of its own with {@link #together} */
    public static void explore(Runnable scenario) {
        Lincheck.runConcurrentTest(INVOCATIONS, scenario);
    }

    /** Runs all of this at the same time, and waits for the end. */
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
