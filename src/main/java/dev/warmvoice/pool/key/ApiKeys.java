package dev.warmvoice.pool.key;

import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.time.Clocks;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;

/** The account's key, which may change while the process runs. Thread-safe, does not block. */
public interface ApiKeys {

    /** The key for the next handshake. */
    String current();

    /** Reads the key again, on a worker thread, if that is due. To be called a few times a second. Throws nothing. */
    void maintain();

    /** Runs after each change of the key, on a worker thread. Must not block. */
    void onChange(Runnable listener);

    /**
     * A connector that reads the key again where the service refuses it, or where it has expired.
     *
     * @param connector opens connections with {@link #current}
     * @param connectTimeout bound on one handshake
     */
    Connector connector(Connector connector, Duration connectTimeout);

    /** No key: every connection fails. */
    static ApiKeys none() {
        return new NoKey();
    }

    /** A key that never changes. */
    static ApiKeys fixed(String key) {
        return new FixedKey(key);
    }

    /**
     * The key in a file, read now and again. Blocks for as long as the file system does.
     *
     * @param setting names the file, in errors
     * @throws KeyUnavailableException if there is none now
     */
    static ApiKeys ofFile(String setting, String path, Rereading rereading) throws KeyUnavailableException {
        return new RefreshedKey(new KeyFile(setting, path), rereading);
    }

    /**
     * The key that a program prints, run now and again. Blocks for as long as it runs, at most 10 s.
     *
     * @param setting names the program, in errors
     * @param command the program and its arguments, separated by white space
     * @throws KeyUnavailableException if it prints none now
     */
    static ApiKeys ofCommand(String setting, String command, Rereading rereading) throws KeyUnavailableException {
        return new RefreshedKey(new KeyCommand(setting, command, KeyCommand.LIMIT, rereading.heartbeat()), rereading);
    }

    /**
     * When and where a key is read again.
     *
     * @param interval the longest time between two reads
     * @param clocks tell when a key expires
     * @param workers threads to read it on
     * @param tags of its metrics
     */
    record Rereading(Duration interval, Clocks clocks, Heartbeat heartbeat, Workers workers, MeterRegistry registry,
            Tags tags) {
    }
}
