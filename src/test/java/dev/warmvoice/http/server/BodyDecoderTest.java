package dev.warmvoice.http.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import dev.warmvoice.http.error.RefusedException;
import io.quarkus.runtime.configuration.MemorySize;

@NullMarked
class BodyDecoderTest {

    private static final byte[] BODY = "{\"input\":\"Hi.\"}".getBytes(StandardCharsets.UTF_8);

    private final BodyDecoder decoder = new BodyDecoder(new MemorySize(BigInteger.valueOf(1000)));

    @Test
    void joinsMembersAlsoEmptyOnes() throws IOException {
        assertArrayEquals(BODY, decoder.decode("gzip", afterEmptyMembers(50)));
    }

    /** The JDK's reader takes one level of the stack for each. */
    @Test
    void refusesMoreEmptyMembersThanTheStackHolds() throws IOException {
        byte[] zipped = afterEmptyMembers(200_000);
        RefusedException refused = assertThrows(RefusedException.class, () -> decoder.decode("gzip", zipped));
        assertEquals(400, refused.answer().status());
    }

    private static byte[] afterEmptyMembers(int count) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        byte[] empty = zipped(new byte[0]);
        for (int i = 0; i < count; i++) {
            zipped.writeBytes(empty);
        }
        zipped.writeBytes(zipped(BODY));
        return zipped.toByteArray();
    }

    private static byte[] zipped(byte[] content) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(zipped)) {
            stream.write(content);
        }
        return zipped.toByteArray();
    }
}
