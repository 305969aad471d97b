package dev.warmvoice.testing;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A WebSocket frame as sent on the wire.
 *
 * @param bytes the whole frame, header and mask included
 * @param isAudio whether the frame is binary
 * @param text the payload of a text frame; empty otherwise
 */
public record WebSocketFrame(byte[] bytes, boolean isAudio, String text) {

    private static final int TEXT = 1;
    private static final int BINARY = 2;

    /** Reads the next frame; null at the end of the stream. */
    public static WebSocketFrame read(DataInputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        int second = in.readUnsignedByte();
        int shortLength = second & 0x7f;
        byte[] extended = in.readNBytes(shortLength == 127 ? 8 : shortLength == 126 ? 2 : 0);
        int length = extended.length == 0 ? shortLength : 0;
        for (byte each : extended) {
            length = length << 8 | each & 0xff;
        }
        byte[] mask = in.readNBytes((second & 0x80) == 0 ? 0 : 4);
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException();
        }
        byte[] header = new byte[2 + extended.length + mask.length];
        header[0] = (byte) first;
        header[1] = (byte) second;
        System.arraycopy(extended, 0, header, 2, extended.length);
        System.arraycopy(mask, 0, header, 2 + extended.length, mask.length);
        byte[] bytes = new byte[header.length + payload.length];
        System.arraycopy(header, 0, bytes, 0, header.length);
        System.arraycopy(payload, 0, bytes, header.length, payload.length);
        int opcode = first & 0x0f;
        return new WebSocketFrame(bytes, opcode == BINARY, opcode == TEXT ? unmasked(payload, mask) : "");
    }

    private static String unmasked(byte[] payload, byte[] mask) {
        for (int i = 0; mask.length > 0 && i < payload.length; i++) {
            payload[i] ^= mask[i % 4];
        }
        return new String(payload, StandardCharsets.UTF_8);
    }
}
