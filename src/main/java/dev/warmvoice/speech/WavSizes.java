package dev.warmvoice.speech;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The two sizes in the header of a WAV file: of the file and of its samples. Who writes a stream does not know them yet.
 */
public final class WavSizes {

    private static final int RIFF = 0x46464952;
    private static final int DATA = 0x61746164;
    private static final int CHUNK_HEADER_BYTES = 8;
    private static final int FIRST_CHUNK = 12;
    /**
     * More than a stream ever has, even, and positive for a player that reads it as a signed number. ffmpeg warns of
     * 0xFFFFFFFF, and some players play nothing of 0.
     */
    private static final int UNKNOWN_END = 0x7FFFFFFE;

    private WavSizes() {
    }

    /**
     * The header of a stream.
     *
     * @param frame the first frame, with the whole header
     * @return a copy with sizes that players take as "until the stream ends"; the frame itself if it is no such header
     */
    static ByteBuffer ofStream(ByteBuffer frame) {
        ByteBuffer copy = ByteBuffer.allocate(frame.remaining());
        copy.put(frame.duplicate()).flip();
        return write(copy, UNKNOWN_END) ? copy.asReadOnlyBuffer() : frame;
    }

    /** Writes the actual sizes into the header of a complete file. Does nothing to anything else. */
    public static void complete(byte[] file) {
        write(ByteBuffer.wrap(file), file.length);
    }

    private static boolean write(ByteBuffer file, int end) {
        file.order(ByteOrder.LITTLE_ENDIAN);
        Integer data = dataChunk(file);
        if (data == null) {
            return false;
        }
        file.putInt(4, end - CHUNK_HEADER_BYTES);
        file.putInt(data + 4, end - data - CHUNK_HEADER_BYTES);
        return true;
    }

    /** Where the chunk of the samples begins; null if it is not there. */
    private static @Nullable Integer dataChunk(ByteBuffer file) {
        if (file.remaining() < FIRST_CHUNK || file.getInt(0) != RIFF) {
            return null;
        }
        long at = FIRST_CHUNK;
        while (at + CHUNK_HEADER_BYTES <= file.remaining()) {
            if (file.getInt((int) at) == DATA) {
                return (int) at;
            }
            // Chunks begin at even offsets.
            long size = Integer.toUnsignedLong(file.getInt((int) at + 4));
            at += CHUNK_HEADER_BYTES + size + size % 2;
        }
        return null;
    }
}
