package dev.warmvoice.dashscope;

import com.alibaba.dashscope.api.SynchronizeFullDuplexApi;
import com.alibaba.dashscope.audio.tts.SpeechSynthesisUsage;
import com.alibaba.dashscope.audio.tts.timestamp.Phoneme;
import com.alibaba.dashscope.audio.tts.timestamp.Sentence;
import com.alibaba.dashscope.audio.tts.timestamp.Word;
import com.alibaba.dashscope.common.Status;
import com.alibaba.dashscope.protocol.WebSocketEventType;
import com.alibaba.dashscope.protocol.WebSocketResponse;
import com.alibaba.dashscope.protocol.WebSocketResponseHeader;
import com.alibaba.dashscope.protocol.WebSocketResponsePayload;
import com.alibaba.dashscope.protocol.okhttp.OkHttpWebSocketClient;
import com.alibaba.dashscope.protocol.okhttp.OkHttpWebSocketClientForAudio;
import io.quarkus.runtime.annotations.RegisterForReflection;
import okhttp3.internal.ws.RealWebSocket;

/**
 * What the native binary must keep of the SDK: the classes that Gson fills, which without this come out as nulls and not
 * as errors, and the fields of {@link SdkInternals} and {@link Pings}.
 */
@RegisterForReflection(targets = {WebSocketResponse.class, WebSocketResponseHeader.class,
        WebSocketResponsePayload.class, WebSocketEventType.class, Sentence.class, Word.class, Phoneme.class,
        Status.class, SpeechSynthesisUsage.class, SynchronizeFullDuplexApi.class,
        OkHttpWebSocketClient.class, OkHttpWebSocketClientForAudio.class, RealWebSocket.class}, unsafeAllocated = true)
final class NativeImage {

    private NativeImage() {
    }
}
