package dev.warmvoice.simulation;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** A log handler that reports each error of the product as a breach, and drops everything else. */
final class ErrorLog extends Handler {

    private static final ThreadLocal<Laws> CURRENT = new ThreadLocal<>();
    private static final Logger PRODUCT = Logger.getLogger("dev.warmvoice");

    /** Silences the product's loggers on all threads until the result is closed. */
    static AutoCloseable quiet() {
        ErrorLog handler = new ErrorLog();
        Level before = PRODUCT.getLevel();
        boolean parent = PRODUCT.getUseParentHandlers();
        PRODUCT.setLevel(Level.SEVERE);
        PRODUCT.setUseParentHandlers(false);
        PRODUCT.addHandler(handler);
        return () -> {
            PRODUCT.removeHandler(handler);
            PRODUCT.setUseParentHandlers(parent);
            PRODUCT.setLevel(before);
        };
    }

    static void during(Laws laws, Runnable run) {
        CURRENT.set(laws);
        try {
            run.run();
        } finally {
            CURRENT.remove();
        }
    }

    @Override
    public void publish(LogRecord logged) {
        Laws laws = CURRENT.get();
        if (laws != null && logged.getLevel().intValue() >= Level.SEVERE.intValue()) {
            Throwable thrown = logged.getThrown();
            laws.broken("an error is logged", logged.getMessage()
                    + (thrown == null ? "" : ": " + thrown + " at " + thrown.getStackTrace()[0]));
        }
    }

    @Override
    public void flush() {
        // The handler buffers nothing.
    }

    @Override
    public void close() {
        // The handler holds no resources.
    }
}
