package dev.warmvoice.naive;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** The switch that disables the SDK's log. */
final class SdkLog {

    private static final Logger LOG = Logger.getLogger("com.alibaba.dashscope");

    private SdkLog() {
    }

    /** Disables the log and initializes logging, which takes time and precedes the first speech in any application. */
    static void off() {
        LOG.setLevel(Level.OFF);
        LoggerFactory.getLogger(LOG.getName());
    }
}
