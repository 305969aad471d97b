package dev.warmvoice.emulator.voice;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The RIFF header of a stream of unknown length. */
final class WavHeader {

    static final int BYTES = 44;

    /** "Until the stream ends": the largest even size a player with signed 32 bit sizes takes. */
    private static final int UNKNOWN_SIZE = 0x7FFFFFFE - BYTES;

    private WavHeader() {
    }

    static byte[] of(int sampleRate) {
        ByteBuffer header = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.put(ascii("RIFF")).putInt(UNKNOWN_SIZE + BYTES - 8).put(ascii("WAVE"));
        header.put(ascii("fmt ")).putInt(16).putShort((short) 1).putShort((short) 1).putInt(sampleRate)
                .putInt(sampleRate * 2).putShort((short) 2).putShort((short) 16);
        header.put(ascii("data")).putInt(UNKNOWN_SIZE);
        return header.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
