package dev.warmvoice.emulator.voice;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Encodes one sentence on its own. That no state passes from sentence to sentence costs some padding between them and
 * buys that a sentence always sounds the same, whatever was said before it.
 */
interface SentenceEncoder {

    EncodedSentence encode(SampledSentence utterance);

    static SentenceEncoder of(SpeechParameters parameters) {
        return switch (parameters.format()) {
            case PCM, WAV -> SentenceEncoder::littleEndian;
            case MP3 -> new Mp3Encoder(parameters.sampleRate());
            case OPUS -> new OpusPacketEncoder(parameters.sampleRate(), parameters.bitRate());
        };
    }

    private static EncodedSentence littleEndian(SampledSentence utterance) {
        ByteBuffer bytes = littleEndianBytes(utterance.samples());
        return new EncodedSentence(List.of(bytes.array()), utterance.samples().length, utterance.words());
    }

    static ByteBuffer littleEndianBytes(short[] samples) {
        ByteBuffer bytes = ByteBuffer.allocate(samples.length * 2).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asShortBuffer().put(samples);
        return bytes;
    }
}
