package dev.warmvoice.emulator.voice;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A page of an Ogg stream, parsed per RFC 3533 independently of the writer under test. */
record OggPage(int flags, long granules, int serial, int sequence, int checksum, int computedChecksum,
        List<byte[]> packets) {

    boolean first() {
        return (flags & 2) != 0;
    }

    boolean last() {
        return (flags & 4) != 0;
    }

    static List<OggPage> all(byte[] stream) {
        var pages = new ArrayList<OggPage>();
        for (int at = 0; at < stream.length;) {
            int segments = stream[at + 26] & 0xFF;
            int length = 27 + segments;
            for (int i = 0; i < segments; i++) {
                length += stream[at + 27 + i] & 0xFF;
            }
            pages.add(of(Arrays.copyOfRange(stream, at, at + length)));
            at += length;
        }
        return pages;
    }

    private static OggPage of(byte[] page) {
        ByteBuffer buffer = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
        if (buffer.getInt(0) != 0x5367674F || page[4] != 0) {
            throw new AssertionError("not a page");
        }
        int checksum = buffer.getInt(22);
        var packets = new ArrayList<byte[]>();
        int segments = page[26] & 0xFF;
        int from = 27 + segments;
        int length = 0;
        for (int i = 0; i < segments; i++) {
            int segment = page[27 + i] & 0xFF;
            length += segment;
            if (segment < 255) {
                packets.add(Arrays.copyOfRange(page, from, from + length));
                from += length;
                length = 0;
            }
        }
        if (length > 0) {
            throw new AssertionError("a packet runs over the page");
        }
        var blank = page.clone();
        Arrays.fill(blank, 22, 26, (byte) 0);
        return new OggPage(page[5], buffer.getLong(6), buffer.getInt(14), buffer.getInt(18), checksum, crc(blank),
                packets);
    }

    private static int crc(byte[] page) {
        int crc = 0;
        for (byte b : page) {
            for (int bit = 7; bit >= 0; bit--) {
                boolean carry = crc < 0 != ((b >> bit & 1) != 0);
                crc = crc << 1 ^ (carry ? 0x04C11DB7 : 0);
            }
        }
        return crc;
    }
}
