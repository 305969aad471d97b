package dev.warmvoice.emulator.voice;

import java.util.List;

/**
 * A sentence as its encoder left it, before it becomes part of a stream.
 *
 * @param packets the encoder's output; the arrays are shared and must not be changed
 * @param samples how much a decoder makes of it, at the asked sample rate
 * @param words in order of time
 */
record EncodedSentence(List<byte[]> packets, int samples, List<Word> words) {

    /** A sentence without anything to speak. */
    static final EncodedSentence NOTHING = new EncodedSentence(List.of(), 0, List.of());

    int bytes() {
        return packets.stream().mapToInt(packet -> packet.length).sum();
    }
}
