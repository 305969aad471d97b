package dev.warmvoice.emulator.voice;

import de.sciss.jump3r.lowlevel.LameEncoder;

import java.io.ByteArrayOutputStream;
import java.util.List;

import javax.sound.sampled.AudioFormat;

/** MP3 at a constant bit rate, so that the bytes of a frame follow from its header. */
final class Mp3Encoder implements SentenceEncoder {

    private static final int PADDING_BIT = 0x02;

    private final int sampleRate;
    private final int kilobits;
    private final int samplesPerFrame;

    Mp3Encoder(int sampleRate) {
        this.sampleRate = sampleRate;
        // High enough for each rate that the encoder does not resample to a lower one.
        kilobits = sampleRate > 24000 ? 128 : sampleRate > 8000 ? 64 : 32;
        samplesPerFrame = sampleRate > 24000 ? 1152 : 576;
    }

    @Override
    public EncodedSentence encode(SampledSentence utterance) {
        byte[] pcm = SentenceEncoder.littleEndianBytes(utterance.samples()).array();
        var mp3 = new ByteArrayOutputStream(pcm.length / 4 + 1024);
        var encoder = new LameEncoder(new AudioFormat(sampleRate, 16, 1, true, false), kilobits,
                LameEncoder.CHANNEL_MODE_MONO, LameEncoder.QUALITY_LOW, false);
        try {
            var buffer = new byte[encoder.getMP3BufferSize()];
            for (int from = 0; from < pcm.length; from += encoder.getPCMBufferSize()) {
                int length = Math.min(encoder.getPCMBufferSize(), pcm.length - from);
                mp3.write(buffer, 0, encoder.encodeBuffer(pcm, from, length, buffer));
            }
            mp3.write(buffer, 0, encoder.encodeFinish(buffer));
        } finally {
            encoder.close();
        }
        byte[] bytes = mp3.toByteArray();
        return new EncodedSentence(List.of(bytes), frames(bytes) * samplesPerFrame, utterance.words());
    }

    private int frames(byte[] mp3) {
        int plainLength = samplesPerFrame / 8 * kilobits * 1000 / sampleRate;
        int frames = 0;
        for (int at = 0; at + 3 < mp3.length; frames++) {
            at += plainLength + ((mp3[at + 2] & PADDING_BIT) == 0 ? 0 : 1);
        }
        return frames;
    }
}
