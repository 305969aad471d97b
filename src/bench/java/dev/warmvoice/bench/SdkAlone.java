package dev.warmvoice.bench;

import com.alibaba.dashscope.audio.tts.SpeechSynthesisResult;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesisAudioFormat;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesisParam;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesizer;
import com.alibaba.dashscope.common.ResultCallback;
import dev.warmvoice.naive.NaivePool;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;

/**
 * The main class of {@link SdkProcess}: the vendor's SDK in a plain pool, which discards the audio. For each input line
 * of a number and a text, it speaks the text this number of times on each stream, and prints the bytes and the
 * checksum, which should always be the same.
 */
final class SdkAlone {

    private static final long PATIENCE_SECONDS = 60;

    private final String key;
    private final NaivePool pool;

    private SdkAlone(URI service, String key, int streams) {
        this.key = key;
        pool = new NaivePool(service, key, streams, streams);
    }

    /** @param arguments the service's address, its key and the number of streams */
    public static void main(String[] arguments) throws Exception {
        int streams = Integer.parseInt(arguments[2]);
        SdkAlone sdk = new SdkAlone(URI.create(arguments[0]), arguments[1], streams);
        ExecutorService threads = Executors.newFixedThreadPool(streams);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] parts = line.split(" ", 2);
            Callable<Set<String>> stream = () -> sdk.speak(parts[1], Integer.parseInt(parts[0]));
            List<Callable<Set<String>>> all = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                all.add(stream);
            }
            Set<String> heard = new TreeSet<>();
            for (Future<Set<String>> part : threads.invokeAll(all)) {
                heard.addAll(part.get());
            }
            System.out.println(String.join(", ", heard));
        }
        Runtime.getRuntime().halt(0);
    }

    private Set<String> speak(String text, int times) throws Exception {
        Set<String> heard = new TreeSet<>();
        for (int i = 0; i < times; i++) {
            SpeechSynthesizer synthesizer = pool.borrow();
            Listener listener = new Listener();
            synthesizer.updateParamAndCallback(SpeechSynthesisParam.builder().model(Expected.MODEL).voice("longanyang")
                    .apiKey(key).format(SpeechSynthesisAudioFormat.PCM_24000HZ_MONO_16BIT).build(), listener);
            synthesizer.streamingCall(text);
            synthesizer.asyncStreamingComplete();
            heard.add(listener.heard.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
            pool.giveBack(synthesizer);
        }
        return heard;
    }

    private static final class Listener extends ResultCallback<SpeechSynthesisResult> {

        private final CompletableFuture<String> heard = new CompletableFuture<>();
        private final CRC32 checksum = new CRC32();
        private long bytes;

        @Override
        public void onEvent(SpeechSynthesisResult event) {
            ByteBuffer frame = event.getAudioFrame();
            if (frame != null) {
                bytes += frame.remaining();
                checksum.update(frame);
            }
        }

        @Override
        public void onComplete() {
            heard.complete(bytes + " " + checksum.getValue());
        }

        @Override
        public void onError(Exception e) {
            heard.completeExceptionally(e);
        }
    }
}
