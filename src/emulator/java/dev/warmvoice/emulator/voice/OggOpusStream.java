package dev.warmvoice.emulator.voice;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Puts Opus packets into the pages of one Ogg stream (RFC 3533, RFC 7845). */
final class OggOpusStream {

    private static final int FIRST_PAGE = 0x02;
    private static final int LAST_PAGE = 0x04;
    private static final int PAGE_HEADER_BYTES = 27;

    /** Fixed, so that the same speech is the same bytes. */
    private static final int SERIAL_NUMBER = 0x57415256;

    /** 0.8 s of audio. A packet has at most 1,275 bytes, which is six of the 255 segments a page can have. */
    private static final int PACKETS_PER_PAGE = 40;

    /** Positions in Ogg Opus count at 48 kHz, whatever the rate of the audio. */
    private static final int GRANULES_PER_PACKET = 48000 / OpusPacketEncoder.PACKET_RATE;

    /** The encoder's look-ahead of 6.5 ms, which a decoder drops. */
    private static final int PRE_SKIP = 312;

    private final int sampleRate;
    private int sequence;
    private long granules;

    OggOpusStream(int sampleRate) {
        this.sampleRate = sampleRate;
    }

    /** @return the two header pages */
    byte[] header() {
        ByteBuffer head = ByteBuffer.allocate(19).order(ByteOrder.LITTLE_ENDIAN);
        head.put(ascii("OpusHead")).put((byte) 1).put((byte) 1).putShort((short) PRE_SKIP).putInt(sampleRate)
                .putShort((short) 0).put((byte) 0);
        byte[] vendor = ascii("warmvoice emulator");
        ByteBuffer tags = ByteBuffer.allocate(16 + vendor.length).order(ByteOrder.LITTLE_ENDIAN);
        tags.put(ascii("OpusTags")).putInt(vendor.length).put(vendor).putInt(0);
        var pages = new ByteArrayOutputStream();
        pages.writeBytes(page(FIRST_PAGE, List.of(head.array())));
        pages.writeBytes(page(0, List.of(tags.array())));
        return pages.toByteArray();
    }

    byte[] pages(List<byte[]> packets) {
        var pages = new ByteArrayOutputStream();
        for (int from = 0; from < packets.size(); from += PACKETS_PER_PAGE) {
            List<byte[]> some = packets.subList(from, Math.min(packets.size(), from + PACKETS_PER_PAGE));
            granules += (long) some.size() * GRANULES_PER_PACKET;
            pages.writeBytes(page(0, some));
        }
        return pages.toByteArray();
    }

    /** @return the page that ends the stream; it carries no packet, since the last one may long have been sent */
    byte[] trailer() {
        return page(LAST_PAGE, List.of());
    }

    private byte[] page(int flags, List<byte[]> packets) {
        var lacing = new ByteArrayOutputStream();
        var body = new ByteArrayOutputStream();
        for (byte[] packet : packets) {
            for (int rest = packet.length; rest >= 255; rest -= 255) {
                lacing.write(255);
            }
            lacing.write(packet.length % 255);
            body.writeBytes(packet);
        }
        ByteBuffer page = ByteBuffer.allocate(PAGE_HEADER_BYTES + lacing.size() + body.size())
                .order(ByteOrder.LITTLE_ENDIAN);
        page.put(ascii("OggS")).put((byte) 0).put((byte) flags).putLong(granules).putInt(SERIAL_NUMBER)
                .putInt(sequence++).putInt(0).put((byte) lacing.size()).put(lacing.toByteArray())
                .put(body.toByteArray());
        page.putInt(22, OggChecksum.of(page.array()));
        return page.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
