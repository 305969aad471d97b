package dev.warmvoice.speech;

import java.nio.ByteBuffer;

/** How much audio there has been, and how it begins. Not thread-safe: its owner's lock guards it. */
public final class AudioTotal {

    private long bytes;
    private int head;

    /** Adds a frame, and reads it no further than its head. */
    public void add(ByteBuffer frame) {
        if (bytes == 0 && frame.remaining() >= Integer.BYTES) {
            head = frame.getInt(frame.position());
        }
        bytes += frame.remaining();
    }

    /** The number of bytes of all frames. */
    public long bytes() {
        return bytes;
    }

    /** The first four bytes, which say how dense MP3 is; 0 without. */
    public int head() {
        return head;
    }
}
