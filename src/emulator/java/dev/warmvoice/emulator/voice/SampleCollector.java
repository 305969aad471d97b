package dev.warmvoice.emulator.voice;

import com.sun.speech.freetts.audio.AudioPlayer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

import javax.sound.sampled.AudioFormat;

/** Stands where FreeTTS expects a loudspeaker and keeps what it is given: big-endian 16 bit samples. */
final class SampleCollector implements AudioPlayer {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private AudioFormat format;

    void clear() {
        bytes.reset();
    }

    /** @return how many samples there are */
    int size() {
        return bytes.size() / 2;
    }

    short[] samples() {
        var samples = new short[size()];
        ByteBuffer.wrap(bytes.toByteArray()).asShortBuffer().get(samples);
        return samples;
    }

    @Override
    public boolean write(byte[] audio) {
        return write(audio, 0, audio.length);
    }

    @Override
    public boolean write(byte[] audio, int offset, int length) {
        bytes.write(audio, offset, length);
        return true;
    }

    @Override
    public void setAudioFormat(AudioFormat audioFormat) {
        format = audioFormat;
    }

    @Override
    public AudioFormat getAudioFormat() {
        return format;
    }

    @Override
    public boolean drain() {
        return true;
    }

    @Override
    public boolean end() {
        return true;
    }

    @Override
    public float getVolume() {
        return 1;
    }

    @Override
    public long getTime() {
        return 0;
    }

    // Nothing is played, so there is nothing to begin, pause, rewind or time.

    @Override
    public void begin(int size) {
    }

    @Override
    public void pause() {
    }

    @Override
    public void resume() {
    }

    @Override
    public void reset() {
    }

    @Override
    public void cancel() {
    }

    @Override
    public void close() {
    }

    @Override
    public void setVolume(float volume) {
    }

    @Override
    public void resetTime() {
    }

    @Override
    public void startFirstSampleTimer() {
    }

    @Override
    public void showMetrics() {
    }
}
