package dev.warmvoice.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.testing.OnBinary;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Hostile messages from the service, at any point of a task. */
@OnBinary
class ServiceFuzzIT {

    private static final String TEXT = "Good morning.";
    /** Message fields whose text the service chooses and may copy from the client. */
    private static final String MARK = "words-of-the-service";
    private static final JsonObject CALL = new JsonObject().put("input", TEXT);

    private static FuzzTarget target;
    private static byte[] whole;

    @BeforeContainer
    static void start() throws Exception {
        target = FuzzTarget.start("service");
        whole = target.api().speak(CALL).body();
        assertThat(whole).isEqualTo(Emulator.audioOf(target.service().journal().lastTask()));
    }

    @AfterContainer
    static void stop() throws Exception {
        target.end();
    }

    @Property
    void noMessageCausesAHangOrHidesTruncation(@ForAll("messages") String message,
            @ForAll("moments") int afterFrames, @ForAll boolean sse) throws Exception {
        target.service().faults().next(new Fault.FrameBytes(400));
        target.service().faults().next(new Fault.TextMessage(message, afterFrames));
        HttpResponse<InputStream> answer = target.api()
                .open(sse ? CALL.copy().put("stream_format", "sse").put("timestamps", true) : CALL);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean brokenOff = false;
        try (InputStream in = answer.body()) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                body.write(next);
            }
        } catch (IOException cutOff) {
            brokenOff = true;
        }
        String outcome = answer.statusCode() + (brokenOff ? ", broken off" : "");
        target.count("message of the service", outcome);
        if (answer.statusCode() != 200) {
            String error = body.toString(StandardCharsets.UTF_8);
            FuzzTarget.assertNoTrace(error);
            FuzzTarget.assertError(new JsonObject(error).getJsonObject("error"));
            assertThat(answer.statusCode()).as(error).isIn(400, 404, 429, 502, 504);
            assertThat(error).doesNotContain(MARK);
        } else if (!sse && (brokenOff || saysFinished(message))) {
            assertThat(body.toByteArray()).isEqualTo(Arrays.copyOf(whole, body.size()));
        } else if (!sse) {
            assertThat(body.toByteArray()).isEqualTo(whole);
        }
        HttpResponse<byte[]> next = target.api().speak(CALL);
        assertThat(next.body()).as("the next request, after " + outcome).isEqualTo(whole);
    }

    /** task-finished is the service's statement that the audio is complete. */
    private static boolean saysFinished(String message) {
        return message.contains("task-finished");
    }

    @Property(tries = 20)
    void framesOfAnySizeAreForwarded(@ForAll("sizes") int bytes) throws Exception {
        target.service().faults().next(new Fault.FrameBytes(bytes));
        JsonObject call = new JsonObject().put("input", TEXT.repeat(40)).put("response_format", "wav")
                .put("sample_rate", 48_000);
        HttpResponse<byte[]> answer = target.api().speak(call);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(Emulator.audioOf(target.service().journal().lastTask()));
        target.count("frame of " + bytes, answer.statusCode());
    }

    @Provide
    Arbitrary<Integer> sizes() {
        return Arbitraries.of(1000, 65_535, 65_536, 65_537, 1 << 20, 8 << 20);
    }

    /** Before task-started, after it, between frames, or instead of the end. */
    @Provide
    Arbitrary<Integer> moments() {
        return Arbitraries.of(-1, 0, 1, 3, 8, 1000);
    }

    @Provide
    Arbitrary<String> messages() {
        Arbitrary<String> id = Arbitraries.frequencyOf(Tuple.of(12, Arbitraries.just(Fault.TextMessage.TASK_ID)),
                Tuple.of(1, HostileInput.strings()));
        Map<String, Arbitrary<?>> header = new LinkedHashMap<>();
        header.put("task_id", id);
        header.put("event", Arbitraries.of("task-started", "result-generated", "result-generated", "task-finished",
                "task-failed", "task-paused", ""));
        header.put("error_code", Arbitraries.of("InternalError", "InvalidParameter", "Throttling.RateQuota",
                "CLIENT_ERROR", MARK + " {}", "", "x".repeat(1000)));
        header.put("error_message", Arbitraries.of(MARK, "Invalid action " + MARK, ""));
        header.put("attributes", HostileInput.values());
        Map<String, Arbitrary<?>> word = Map.of("text", HostileInput.strings(), "begin_index",
                Arbitraries.of(0, -1, Integer.MAX_VALUE), "end_index", Arbitraries.of(1, -1), "begin_time",
                Arbitraries.of(0, -1), "end_time", Arbitraries.of(1, Integer.MAX_VALUE));
        Map<String, Arbitrary<?>> sentence = Map.of("index", Arbitraries.of(0, -1, Integer.MAX_VALUE), "words",
                HostileInput.objects(word).list().ofMaxSize(3));
        Map<String, Arbitrary<?>> output = new LinkedHashMap<>();
        output.put("type", Arbitraries.of("sentence-begin", "sentence-synthesis", "sentence-end", "unheard-of"));
        output.put("original_text", HostileInput.strings());
        output.put("sentence", HostileInput.objects(sentence));
        Map<String, Arbitrary<?>> payload = Map.of("output", HostileInput.objects(output), "usage",
                HostileInput.objects(Map.of("characters", Arbitraries.of(0, 13, -1, Integer.MAX_VALUE))));
        Arbitrary<Object> events = Combinators.combine(id, HostileInput.objects(header), HostileInput.objects(payload))
                .as((task, head, body) -> {
                    head.putIfAbsent("task_id", task);
                    return Map.of("header", head, "payload", body);
                });
        return Arbitraries.frequencyOf(Tuple.of(20, HostileInput.json(events)), Tuple.of(1, Arbitraries.of(giants())));
    }

    private static List<String> giants() {
        String id = "{\"header\":{\"task_id\":\"" + Fault.TextMessage.TASK_ID + "\",\"event\":\"result-generated\"},";
        return List.of(id + "\"payload\":{\"output\":{\"original_text\":\"" + "a".repeat(8 << 20) + "\"}}}",
                id + "\"payload\":" + "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_001),
                id + "\"payload\":" + "[".repeat(1 << 20), Fault.TextMessage.TASK_ID + "[".repeat(1 << 20),
                id + "\"payload\":{\"output\":{\"sentence\":{\"words\":[" + "{},".repeat(300_000) + "{}]}}}}");
    }
}
