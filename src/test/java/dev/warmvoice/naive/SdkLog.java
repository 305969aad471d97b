package dev.warmvoice.naive;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** The SDK's log, which is switched off. */
final class SdkLog {

    private static final Logger LOG = Logger.getLogger("com.alibaba.dashscope");

    private SdkLog() {
    }

    /** Also sets logging up, as an application has done before it speaks for the first time: it takes its time. */
    static void off() {
        LOG.setLevel(Level.OFF);
        LoggerFactory.getLogger(LOG.getName());
    }
}
