package dev.warmvoice.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;

/** What a class logs until this is closed, each entry as its level and its message. Thread-safe. */
public final class LogRecords extends Handler implements AutoCloseable {

    private static final Formatter FORMAT = new PatternFormatter("%p %s");

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger;

    public LogRecords(Class<?> of) {
        logger = Logger.getLogger(of.getName());
        logger.addHandler(this);
    }

    public List<String> lines() {
        return lines;
    }

    @Override
    public void publish(LogRecord logged) {
        lines.add(FORMAT.format(logged));
    }

    @Override
    public void flush() {
        // The handler buffers nothing.
    }

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
