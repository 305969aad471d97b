package dev.warmvoice.speech;

import java.util.Map;
import org.jboss.logging.MDC;

/**
 * What the log knows of a request by the host's word, such as its id, for the threads that work on it later.
 *
 * @param entries by name
 */
record LogContext(Map<String, Object> entries) {

    static LogContext current() {
        return new LogContext(Map.copyOf(MDC.getMap()));
    }

    /** Logs on behalf of that request. */
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
