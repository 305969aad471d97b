package dev.warmvoice.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WavSizesTest {

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 0x7FFFFFFF})
    void aStreamGetsSizesThatPlayersTakeForUnknown(int size) {
        ByteBuffer frame = wav(size, 100).asReadOnlyBuffer();
        ByteBuffer streamed = WavSizes.ofStream(frame).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(streamed.isReadOnly()).isTrue();
        assertThat(streamed.remaining()).isEqualTo(frame.remaining());
        assertThat(streamed.getInt(4)).isEqualTo(0x7FFFFFFE - 8);
        assertThat(streamed.getInt(52)).isEqualTo(0x7FFFFFFE - 56);
        assertThat(frame.order(ByteOrder.LITTLE_ENDIAN).getInt(52)).as("the frame itself").isEqualTo(size);
    }

    @Test
    void aCompleteFileGetsItsSizes() {
        byte[] file = wav(-1, 100).array();
        WavSizes.complete(file);
        ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(header.getInt(4)).isEqualTo(file.length - 8);
        assertThat(header.getInt(52)).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "RIFF", "RIFF....WAVE", "RIFF....WAVELIST\377\377\377\377data....",
            "ID3 is no WAV file"})
    void leavesEverythingElseAsItIs(String bytes) {
        byte[] file = bytes.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer frame = ByteBuffer.wrap(file.clone());
        assertThat(WavSizes.ofStream(frame)).isSameAs(frame);
        byte[] complete = file.clone();
        WavSizes.complete(complete);
        assertThat(complete).isEqualTo(file);
    }

    /** With a chunk of odd length before the samples. */
    private static ByteBuffer wav(int size, int samples) {
        ByteBuffer file = ByteBuffer.allocate(56 + samples).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(size);
        file.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16).position(36);
        file.put("LIST".getBytes(StandardCharsets.US_ASCII)).putInt(3).position(48);
        file.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(size);
        return file.rewind();
    }
}
