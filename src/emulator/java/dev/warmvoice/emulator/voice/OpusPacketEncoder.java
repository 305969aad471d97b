package dev.warmvoice.emulator.voice;

import io.github.jaredmdobson.concentus.OpusApplication;
import io.github.jaredmdobson.concentus.OpusEncoder;
import io.github.jaredmdobson.concentus.OpusException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Opus packets of 20 ms each. */
final class OpusPacketEncoder implements SentenceEncoder {

    /** Packets a second. */
    static final int PACKET_RATE = 50;

    private static final int MAX_PACKET_BYTES = 1275;

    private final int sampleRate;
    private final int codecRate;
    private final int bitRate;

    OpusPacketEncoder(int sampleRate, int bitRate) {
        this.sampleRate = sampleRate;
        this.codecRate = codecRate(sampleRate);
        this.bitRate = bitRate;
    }

    /** @return the rate Opus works at when it is asked for one it does not know */
    static int codecRate(int sampleRate) {
        return switch (sampleRate) {
            case 22050 -> 24000;
            case 44100 -> 48000;
            default -> sampleRate;
        };
    }

    @Override
    public EncodedSentence encode(SampledSentence utterance) {
        short[] samples = utterance.samples();
        int packetSamples = codecRate / PACKET_RATE;
        List<byte[]> packets = new ArrayList<>();
        try {
            var encoder = new OpusEncoder(codecRate, 1, OpusApplication.OPUS_APPLICATION_VOIP);
            encoder.setBitrate(bitRate * 1000);
            encoder.setComplexity(2);
            // What the encoder looks ahead comes out of it late, so that much silence pushes the last word out.
            int count = (samples.length + encoder.getLookahead() + packetSamples - 1) / packetSamples;
            short[] padded = Arrays.copyOf(samples, count * packetSamples);
            var buffer = new byte[MAX_PACKET_BYTES];
            for (int i = 0; i < count; i++) {
                int length = encoder.encode(padded, i * packetSamples, packetSamples, buffer, 0, buffer.length);
                packets.add(Arrays.copyOf(buffer, length));
            }
        } catch (OpusException e) {
            throw new IllegalStateException("Opus cannot encode at " + codecRate + " Hz, " + bitRate + " kbit/s", e);
        }
        return new EncodedSentence(packets, packets.size() * sampleRate / PACKET_RATE, utterance.words());
    }
}
