package dev.warmvoice.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesisAudioFormat;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesisParam;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesizer;

import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.ByteBuffer;

/** The vendor's SDK as a client of the emulator. */
class SdkTest {

    @Test
    @Timeout(20)
    void servesTheVendorsClient() {
        try (Emulator emulator = Emulator.start()) {
            SpeechSynthesisParam param = SpeechSynthesisParam.builder().apiKey(EmulatorOptions.DEFAULT_API_KEY)
                    .model(TestClient.MODEL).voice("longanyang")
                    .format(SpeechSynthesisAudioFormat.MP3_22050HZ_MONO_256KBPS).build();
            var synthesizer = new SpeechSynthesizer(param, null, emulator.url().toString());
            ByteBuffer audio = synthesizer.call("Hello world, 你好。");

            JsonObject parameters = emulator.journal().lastTask().parameters();
            assertThat(parameters.getString("format")).isEqualTo("mp3");
            var received = new byte[audio.remaining()];
            audio.get(received);
            assertThat(received).isEqualTo(Emulator.audioOf(TestClient.MODEL, parameters, "Hello world, 你好。"));
            assertThat(synthesizer.getLastRequestId()).isEqualTo(emulator.journal().lastTask().taskId());
            synthesizer.getDuplexApi().close(1000, "bye");
        }
    }
}
