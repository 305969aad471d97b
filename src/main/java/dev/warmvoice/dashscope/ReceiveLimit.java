package dev.warmvoice.dashscope;

import dev.warmvoice.dashscope.TaskFailedException.Reason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Bounds what one connection receives between two messages. OkHttp reads a message of any size whole before it hands it
 * over, and goes on for ever with one whose end does not come. Counted is what arrives at the socket, so the bound
 * is the same with and without TLS and takes no look at the frames.
 *
 * <p>
 * Frames of audio have 4 to 23 kB. The longest legal message is the event with the times of every word, some 100 bytes
 * each: 1 MB for a sentence of 20,000 letters that are words of their own. Hence twice that.
 *
 * <p>
 * Used by the connection's reader thread; {@link #isExceeded} and {@link #isNothing} by any.
 */
final class ReceiveLimit {

    static final int MAX_BYTES = 2 << 20;
    /** What an empty message counts for: it takes no memory, but without end it keeps a thread busy. */
    private static final int EMPTY_BYTES = 1 << 10;

    private int bytes;
    private volatile Runnable beforeRead = () -> {
    };
    private volatile boolean nothing = true;
    private volatile boolean exceeded;

    /** The same stream, which fails once the bound is exceeded. */
    InputStream limit(InputStream in) {
        return new FilterInputStream(in) {

            @Override
            public int read() throws IOException {
                beforeRead.run();
                int read = in.read();
                count(read < 0 ? 0 : 1);
                return read;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                beforeRead.run();
                int read = in.read(into, offset, length);
                count(Math.max(0, read));
                return read;
            }
        };
    }

    /** @param work runs whenever all that was read has been dealt with, before the next read */
    void beforeRead(Runnable work) {
        beforeRead = work;
    }

    /** A message with something in it has come. */
    void message() {
        bytes = 0;
    }

    /**
     * An empty message has come.
     *
     * @return false if there have been too many in a row
     */
    boolean emptyMessage() {
        bytes += EMPTY_BYTES;
        exceeded |= bytes > MAX_BYTES;
        return !exceeded;
    }

    /** Whether the service has not sent a single byte. */
    boolean isNothing() {
        return nothing;
    }

    boolean isExceeded() {
        return exceeded;
    }

    /** What becomes of the task when the bound is exceeded. */
    TaskFailedException failure() {
        return new TaskFailedException(Reason.PROTOCOL,
                "The service sent more than " + MAX_BYTES + " bytes without the end of a message.");
    }

    private void count(int read) throws IOException {
        if (read > 0 && nothing) {
            nothing = false;
        }
        bytes += read;
        if (bytes > MAX_BYTES) {
            exceeded = true;
            throw new IOException("more than " + MAX_BYTES + " bytes without the end of a message");
        }
    }
}
