package dev.warmvoice.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A reader of HTTP header lines. */
final class HttpLines {

    private HttpLines() {
    }

    /** Reads the lines up to the empty one. */
    static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line = next(in); !line.isEmpty(); line = next(in)) {
            head.append(line).append('\n');
        }
        return head.toString();
    }

    static String next(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection has ended");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
