package dev.warmvoice.speech;

import java.util.Map;
import org.jboss.logging.MDC;

/**
 * The logging context (MDC) of a request, such as its id from the host, for the threads that work on it later.
 *
 * @param entries by name
 */
record LogContext(Map<String, Object> entries) {

    static LogContext current() {
        return new LogContext(Map.copyOf(MDC.getMap()));
    }

    /** Runs work with the logging context of the request. */
    void run(Runnable logging) {
        Map<String, Object> before = Map.copyOf(MDC.getMap());
        entries.forEach(MDC::put);
        try {
            logging.run();
        } finally {
            entries.keySet().forEach(MDC::remove);
            before.forEach(MDC::put);
        }
    }
}
