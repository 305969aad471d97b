package dev.warmvoice.emulator.voice;

/** Ogg's CRC-32: the usual polynomial, but neither reflected nor inverted, which java.util.zip does not offer. */
final class OggChecksum {

    private static final int POLYNOMIAL = 0x04C11DB7;
    private static final int[] TABLE = new int[256];

    static {
        for (int i = 0; i < TABLE.length; i++) {
            int remainder = i << 24;
            for (int bit = 0; bit < 8; bit++) {
                remainder = remainder << 1 ^ (remainder < 0 ? POLYNOMIAL : 0);
            }
            TABLE[i] = remainder;
        }
    }

    private OggChecksum() {
    }

    /** @return the checksum of a page whose checksum field is zero */
    static int of(byte[] page) {
        int crc = 0;
        for (byte b : page) {
            crc = crc << 8 ^ TABLE[crc >>> 24 ^ b & 0xFF];
        }
        return crc;
    }
}
