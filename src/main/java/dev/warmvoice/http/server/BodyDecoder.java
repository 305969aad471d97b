package dev.warmvoice.http.server;

import dev.warmvoice.http.error.ErrorResponse;
import dev.warmvoice.http.error.RefusedException;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Decodes compressed request bodies. Thread-safe, does not block. */
@Singleton
public class BodyDecoder {

    private final int maxBytes;

    BodyDecoder(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize max) {
        this.maxBytes = Math.toIntExact(max.asLongValue());
    }

    /**
     * The decoded body, at most as large as an uncompressed one may be.
     *
     * @param encoding the header {@code Content-Encoding}; null if there is none
     * @throws RefusedException for another encoding, too large a body, or one that is not encoded that way
     */
    public byte[] decode(@Nullable String encoding, byte[] body) {
        if (encoding == null) {
            return body;
        }
        return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> body;
            case "gzip", "x-gzip" -> unzipped(body);
            default -> throw new RefusedException(
                    ErrorResponse.of(415, "Content-Encoding must be gzip or identity."));
        };
    }

    private byte[] unzipped(byte[] body) {
        byte[] decoded;
        try (Members stream = new Members(body)) {
            decoded = stream.readNBytes(maxBytes + 1);
        } catch (IOException e) {
            throw new RefusedException(ErrorResponse.of(400, "The request body is not valid gzip."));
        }
        if (decoded.length > maxBytes) {
            throw new RefusedException(
                    ErrorResponse.of(413, "The request body must be at most " + maxBytes + " bytes, uncompressed."));
        }
        return decoded;
    }

    /** The JDK reads the member after an empty one by recursion, which a client must not make as deep as it likes. */
    private static final class Members extends GZIPInputStream {

        private static final int MAX_EMPTY_IN_A_ROW = 100;

        private int depth;

        Members(byte[] body) throws IOException {
            super(new ByteArrayInputStream(body));
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (depth > MAX_EMPTY_IN_A_ROW) {
                throw new ZipException("Too many empty members");
            }
            depth++;
            try {
                return super.read(buffer, offset, length);
            } finally {
                depth--;
            }
        }
    }
}
