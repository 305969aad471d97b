package dev.warmvoice.emulator;

import static dev.warmvoice.emulator.TestClient.parameters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Journal.Outcome;
import dev.warmvoice.emulator.RawClient.End;

import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;

/** The effect of each fault. */
class FaultsTest {

    private static final String TEXT = "Hello world. How are you?";
    private static final Duration A_WHILE = Duration.ofMillis(200);

    private Emulator emulator;
    private Faults faults;

    @BeforeEach
    void start() {
        emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
        faults = emulator.faults();
    }

    @AfterEach
    void close() {
        emulator.close();
    }

    /** Runs a task under the fault, as far as it gets. */
    private TestClient strike(Fault fault) {
        faults.next(fault);
        TestClient client = TestClient.connect(emulator);
        String id = client.run(parameters());
        client.text(id, TEXT);
        client.finish(id);
        return client;
    }

    private static void assertStaysAt(TestClient client, String lastEvent) {
        client.awaitEvent(lastEvent);
        await().during(A_WHILE).until(() -> last(client.order()).equals(lastEvent) && !client.isClosed());
    }

    private static String last(List<String> order) {
        return order.isEmpty() ? "" : order.get(order.size() - 1);
    }

    // Handshake

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 500, 503})
    void handshakeStatus(int status) {
        faults.next(new Fault.HandshakeStatus(status));
        assertThatThrownBy(() -> TestClient.connect(emulator)).cause().isInstanceOfSatisfying(
                WebSocketHandshakeException.class, e -> assertThat(e.getResponse().statusCode()).isEqualTo(status));
        assertThat(TestClient.connect(emulator).speak("Hi.").has("task-finished")).isTrue();
        assertThat(emulator.journal().handshakesAttempted()).isEqualTo(2);
    }

    @Test
    void handshakeHang() throws IOException {
        faults.next(new Fault.HandshakeHang());
        try (var socket = new Socket("127.0.0.1", emulator.port())) {
            socket.setSoTimeout((int) A_WHILE.toMillis());
            socket.getOutputStream().write(("GET /api-ws/v1/inference/ HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\n\r\n").getBytes());
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
        }
        assertThat(emulator.journal().handshakesAttempted()).isEqualTo(1);
        assertThat(emulator.journal().handshakesAccepted()).isZero();
    }

    @Test
    void handshakeDelay() {
        faults.next(new Fault.HandshakeDelay(A_WHILE));
        long before = System.nanoTime();
        TestClient client = TestClient.connect(emulator);
        assertThat(System.nanoTime() - before).isGreaterThan(A_WHILE.toNanos());
        assertThat(client.speak("Hi.").has("task-finished")).isTrue();
    }

    // Connection

    @Test
    void earlyCut() throws IOException {
        faults.next(new Fault.EarlyCut());
        try (var raw = RawClient.connect(emulator)) {
            assertThat(raw.response()).startsWith("HTTP/1.1 101");
            assertThat(raw.awaitEnd(2000)).isEqualTo(End.RST);
        }
    }

    @ParameterizedTest
    @CsvSource({"FIN,FIN", "RST,RST", "VANISH,NONE"})
    void idleCut(Cut how, End end) throws IOException {
        faults.next(new Fault.IdleCut(Duration.ofMillis(50), how));
        try (var raw = RawClient.connect(emulator)) {
            assertThat(raw.awaitEnd(300)).isEqualTo(end);
        }
    }

    @Test
    void idleCutByCloseFrame() {
        faults.next(new Fault.IdleCut(Duration.ofMillis(50), Cut.CLOSE_FRAME));
        assertThat(TestClient.connect(emulator).awaitClosed()).isEqualTo(1000);
    }

    @ParameterizedTest
    @EnumSource(Cut.class)
    void cutsAllIdleConnectionsButNoTask(Cut how) {
        TestClient idle = TestClient.connect(emulator);
        idle.speak("Hi.");
        TestClient fresh = TestClient.connect(emulator);
        TestClient busy = TestClient.connect(emulator);
        String id = busy.run(parameters());
        busy.awaitEvent("task-started");

        assertThat(emulator.cutIdle(how)).isEqualTo(2);
        assertThat(emulator.cutIdle(how)).isZero();
        if (how == Cut.VANISH) {
            idle.forget();
            idle.run(parameters());
            await().during(A_WHILE).until(() -> idle.order().isEmpty() && !idle.isClosed() && !fresh.isClosed());
            assertThat(emulator.journal().connectionsOpen()).isEqualTo(3);
        } else {
            int code = how == Cut.CLOSE_FRAME ? 1000 : how == Cut.FIN ? 1006 : -1;
            assertThat(List.of(idle.awaitClosed(), fresh.awaitClosed())).allMatch(
                    seen -> seen == code || seen == -1 && how != Cut.CLOSE_FRAME);
        }
        busy.text(id, "Hi.");
        busy.finish(id);
        assertThat(busy.awaitEnd().has("task-finished")).isTrue();
    }

    // Task

    @Test
    void runTaskRefused() {
        TestClient client = strike(new Fault.RunTaskRefused());
        assertThat(client.failure().getString("error_message"))
                .isEqualTo("Invalid action('run-task')! Please follow the protocol!");
        assertThat(client.has("task-started")).isFalse();
    }

    @Test
    void throttled() {
        assertThat(strike(new Fault.Throttled()).failure().getString("error_code"))
                .isEqualTo("Throttling.RateQuota");
    }

    @Test
    void failAtRunTask() {
        TestClient client = strike(new Fault.FailAtRunTask("Arrearage", "Access denied."));
        assertThat(client.failure().getString("error_code")).isEqualTo("Arrearage");
        assertThat(client.order()).containsExactly("task-failed");
    }

    @Test
    void failsWithKnownServiceErrors() {
        assertThat(strike(Fault.FailAtRunTask.burstRate()).failure().getString("error_code"))
                .isEqualTo("Throttling.BurstRate");
        assertThat(strike(Fault.FailAtRunTask.allocationQuota()).failure().getString("error_code"))
                .isEqualTo("Throttling.AllocationQuota");
        assertThat(strike(Fault.FailAtRunTask.engineError()).failure().getString("error_message"))
                .startsWith("[cosyvoice:]Engine error [411]: ");
    }

    @Test
    void noTaskStarted() {
        TestClient client = strike(new Fault.NoTaskStarted());
        await().during(A_WHILE).until(() -> client.order().isEmpty() && !client.isClosed());
        assertThat(emulator.journal().lastTask().texts()).containsExactly(TEXT);
        assertThat(emulator.journal().lastTask().earlyText()).isTrue();
    }

    @Test
    void silence() {
        assertStaysAt(strike(new Fault.Silence()), "task-started");
        assertThat(emulator.journal().tasksRunning()).isEqualTo(1);
    }

    @Test
    void emptyTask() {
        TestClient client = strike(new Fault.EmptyTask()).awaitEnd();
        assertThat(client.order()).containsExactly("task-started", "task-finished");
        assertThat(client.usage()).isZero();
    }

    @Test
    void failBeforeAudio() {
        TestClient client = strike(new Fault.FailBeforeAudio("InternalError", "No voice today."));
        JsonObject failure = client.failure();
        assertThat(failure.getString("error_code")).isEqualTo("InternalError");
        assertThat(failure.getString("error_message")).isEqualTo("No voice today.");
        assertThat(client.order()).containsExactly("task-started", "task-failed");
    }

    @Test
    void failAfterAudio() {
        TestClient client = strike(new Fault.FailAfterAudio("InternalError", "Hoarse.", 3));
        client.failure();
        assertThat(client.frames()).hasSize(3);
        assertThat(emulator.journal().lastTask().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(emulator.journal().lastTask().errorCode()).isEqualTo("InternalError");
    }

    @Test
    void strikesAtTheEndIfThereAreTooFewFrames() {
        TestClient client = strike(new Fault.FailAfterAudio("InternalError", "Late.", 10_000));
        client.failure();
        assertThat(client.has("task-finished")).isFalse();
        assertThat(client.audio()).isEqualTo(Emulator.audioOf(TestClient.MODEL, parameters(), TEXT));
    }

    @Test
    void stall() {
        TestClient client = strike(new Fault.Stall(2));
        assertStaysAt(client, "audio");
        assertThat(client.frames()).hasSize(2);
    }

    @Test
    void noTaskFinished() {
        TestClient client = strike(new Fault.NoTaskFinished());
        await().until(() -> client.events("sentence-end").size() == 2);
        assertStaysAt(client, "sentence-end");
        assertThat(client.audio()).isEqualTo(Emulator.audioOf(TestClient.MODEL, parameters(), TEXT));
    }

    @ParameterizedTest
    @CsvSource({"1000,0", "1007,2", "1011,3"})
    void closeFrame(int code, int afterFrames) {
        TestClient client = strike(new Fault.CloseFrame(code, afterFrames));
        assertThat(client.awaitClosed()).isEqualTo(code);
        assertThat(client.frames()).hasSize(afterFrames);
        assertThat(client.has("task-started")).isTrue();
        await().until(() -> emulator.journal().tasksAbandoned() == 1);
    }

    @ParameterizedTest
    @CsvSource({"-1,0", "0,0", "2,2"})
    void closeWithReason(int afterFrames, int frames) {
        TestClient client = strike(new Fault.CloseWithReason(1007, "Model not found (x)!", afterFrames));
        assertThat(client.awaitClosed()).isEqualTo(1007);
        assertThat(client.closeReason()).isEqualTo("Model not found (x)!");
        assertThat(client.has("task-started")).isEqualTo(afterFrames >= 0);
        assertThat(client.frames()).hasSize(frames);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void fin(int afterFrames) throws IOException {
        assertThat(endOfTask(new Fault.Fin(afterFrames), afterFrames)).isEqualTo(End.FIN);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void rst(int afterFrames) throws IOException {
        assertThat(endOfTask(new Fault.Rst(afterFrames), afterFrames)).isEqualTo(End.RST);
    }

    private End endOfTask(Fault fault, int frames) throws IOException {
        faults.next(fault);
        try (var raw = RawClient.connect(emulator)) {
            raw.speak(TEXT);
            End end = raw.awaitEnd(2000);
            assertThat(emulator.journal().lastTask().frames()).isEqualTo(frames);
            return end;
        }
    }

    @Test
    void frameBytes() {
        TestClient client = strike(new Fault.FrameBytes(100)).awaitEnd();
        assertThat(client.frames().get(0)).hasSize(100);
        assertThat(client.audio()).isEqualTo(Emulator.audioOf(TestClient.MODEL, parameters(), TEXT));
    }

    @Test
    void pacing() {
        TestClient client = strike(new Fault.Pacing(0.2)).awaitEnd();
        double took = (System.nanoTime() - emulator.journal().lastTask().firstAudioNanos()) / 1e9;
        assertThat(took).isGreaterThan(client.audio().length / 32000.0 * 0.15);
    }

    @Test
    void delays() {
        faults.next(new Fault.StartDelay(Duration.ofMillis(60)));
        strike(new Fault.FirstAudioDelay(A_WHILE)).awaitEnd();
        Journal.Task task = emulator.journal().lastTask();
        assertThat(task.firstAudioNanos() - task.runTaskNanos()).isGreaterThan(A_WHILE.toNanos());
        assertThat(task.earlyText()).isTrue();
    }

    @Test
    void cancelAsFinish() {
        TestClient client = cancelUnder(Cancel.AS_FINISH);
        client.awaitEnd();
        assertThat(client.has("task-finished")).isTrue();
        assertThat(client.audio()).isEqualTo(Emulator.audioOf(TestClient.MODEL, parameters(), TEXT));
        assertThat(emulator.journal().lastTask().outcome()).isEqualTo(Outcome.FINISHED);
    }

    @Test
    void cancelNever() {
        TestClient client = cancelUnder(Cancel.NEVER);
        await().until(() -> emulator.journal().lastTask().cancelNanos() != 0);
        int received = client.order().size();
        await().during(A_WHILE).until(() -> client.order().size() <= received + 1 && !client.isClosed());
        assertThat(client.has("task-finished")).isFalse();
        assertThat(emulator.journal().tasksRunning()).isEqualTo(1);
    }

    private TestClient cancelUnder(Cancel how) {
        faults.next(new Fault.CancelAnswer(how));
        faults.next(new Fault.Pacing(0.3));
        TestClient client = TestClient.connect(emulator);
        String id = client.run(parameters());
        client.text(id, TEXT);
        client.awaitEvent("audio");
        client.cancel(id);
        return client;
    }

    @Test
    void cancelDoesNotEndAStalledTask() {
        faults.next(new Fault.Silence());
        TestClient client = TestClient.connect(emulator);
        String id = client.run(parameters());
        client.cancel(id);
        await().until(() -> emulator.journal().lastTask().cancelNanos() != 0);
        assertStaysAt(client, "task-started");
    }

    @ParameterizedTest
    @CsvSource({"OUTPUT_NULL,output,null", "OUTPUT_EMPTY,output,{}", "USAGE_NULL,usage,null", "USAGE_ABSENT,usage,"})
    void finishedAs(FinishedShape shape, String part, String is) {
        JsonObject payload = finishedAs(shape).getJsonObject("payload");
        assertThat(payload.fieldNames()).hasSize(is == null ? 1 : 2);
        assertThat(payload.containsKey(part)).isEqualTo(is != null);
        assertThat(String.valueOf(payload.getValue(part))).isEqualTo(String.valueOf(is));
    }

    @Test
    void finishedWithAttributes() {
        JsonObject header = finishedAs(FinishedShape.WITH_ATTRIBUTES).getJsonObject("header");
        assertThat(header.getJsonObject("attributes").fieldNames()).containsExactlyInAnyOrder("request_uuid",
                "x-ds-batch-queue-length");
    }

    private JsonObject finishedAs(FinishedShape shape) {
        TestClient client = strike(new Fault.FinishedAs(shape)).awaitEnd();
        assertThat(client.audio()).isEqualTo(Emulator.audioOf(TestClient.MODEL, parameters(), TEXT));
        return client.events("task-finished").get(0);
    }

    @Test
    void lateFrame() {
        TestClient client = strike(new Fault.LateFrame()).awaitEnd();
        await().until(() -> last(client.order()).equals("audio"));
        assertThat(client.order().subList(0, client.order().size() - 1)).endsWith("task-finished");
    }

    @Test
    void foreignEvent() {
        TestClient client = strike(new Fault.ForeignEvent()).awaitEnd();
        String id = emulator.journal().lastTask().taskId();
        assertThat(client.events("sentence-synthesis"))
                .filteredOn(event -> !event.getJsonObject("header").getString("task_id").equals(id)).hasSize(1);
        assertThat(client.audio()).isEqualTo(Emulator.audioOf(TestClient.MODEL, parameters(), TEXT));
    }

    @Test
    void garbage() {
        TestClient client = strike(new Fault.Garbage()).awaitEnd();
        assertThat(client.order()).containsOnlyOnce("garbage").endsWith("task-finished");
    }

    @ParameterizedTest
    @CsvSource({"-1,task-started", "0,audio", "1,audio"})
    void textMessage(int afterFrames, String next) {
        String event = "{\"header\":{\"task_id\":\"{task_id}\",\"event\":\"unheard-of\"},\"payload\":{}}";
        TestClient client = strike(new Fault.TextMessage(event, afterFrames)).awaitEnd();
        Journal.Task task = emulator.journal().lastTask();
        assertThat(client.events("unheard-of")).singleElement().satisfies(
                message -> assertThat(message.getJsonObject("header").getString("task_id")).isEqualTo(task.taskId()));
        List<String> order = client.order();
        int at = order.indexOf("unheard-of");
        assertThat(order.subList(0, at)).filteredOn("audio"::equals).hasSize(Math.max(0, afterFrames));
        assertThat(order.subList(at, order.size())).contains(next).endsWith("task-finished");
        assertThat(client.audio()).isEqualTo(Emulator.audioOf(task));
        assertThat(task.fault()).isEqualTo(new Fault.TextMessage(event, afterFrames));
    }

    @Test
    void earlyFrame() {
        TestClient client = strike(new Fault.EarlyFrame(7)).awaitEnd();
        assertThat(client.order()).startsWith("audio", "task-started").endsWith("task-finished");
        assertThat(client.frames().get(0)).hasSize(7);
    }

    @Test
    void longMessage() {
        TestClient client = strike(new Fault.LongMessage(3 << 20, 1)).awaitEnd();
        assertThat(client.events("sentence-end")).filteredOn(
                event -> event.getJsonObject("payload").getJsonObject("output").getString("original_text")
                        .length() == 3 << 20)
                .hasSize(1);
        assertThat(client.audio()).isEqualTo(Emulator.audioOf(TestClient.MODEL, parameters(), TEXT));
    }

    @Test
    void endlessMessage() throws IOException {
        faults.next(new Fault.EndlessMessage(0));
        try (var raw = RawClient.connect(emulator)) {
            raw.speak(TEXT);
            assertThat(raw.skip(20 << 20)).isEqualTo(20 << 20);
        }
        await().until(() -> emulator.journal().tasksAbandoned() == 1);
        assertThat(TestClient.connect(emulator).speak("Hi.").has("task-finished")).isTrue();
    }

    @Test
    void emptyFrames() {
        TestClient client = strike(new Fault.EmptyFrames(1000, 0)).awaitEnd();
        assertThat(client.frames()).filteredOn(frame -> frame.length == 0).hasSize(1000);
        assertThat(client.audio()).isEqualTo(Emulator.audioOf(TestClient.MODEL, parameters(), TEXT));
    }

    @Test
    void framesAsLargeAsTheAudio() {
        faults.next(new Fault.FrameBytes(8 << 20));
        JsonObject parameters = parameters().put("sample_rate", 48_000);
        TestClient client = TestClient.connect(emulator);
        client.speak(parameters, TEXT.repeat(20));
        assertThat(client.audio()).isEqualTo(Emulator.audioOf(TestClient.MODEL, parameters, TEXT.repeat(20)));
        assertThat(client.frames()).allMatch(frame -> frame.length > 1 << 16);
    }

    // Fault queues

    @Test
    void failuresQueueAndModifiersCombine() {
        faults.next(new Fault.Throttled());
        faults.next(new Fault.RunTaskRefused(), 2);
        faults.next(new Fault.FrameBytes(7));
        assertThat(faults.take(Fault.OfTask.class)).isInstanceOf(Fault.Throttled.class);
        assertThat(faults.take(Fault.FrameBytes.class)).isEqualTo(new Fault.FrameBytes(7));
        assertThat(faults.take(Fault.OfTask.class)).isInstanceOf(Fault.RunTaskRefused.class);
        assertThat(faults.pending()).containsExactly(new Faults.Pending(new Fault.RunTaskRefused(), 1));
        assertThat(faults.take(Fault.OfTask.class)).isInstanceOf(Fault.RunTaskRefused.class);
        assertThat(faults.take(Fault.OfTask.class)).isNull();
        assertThat(faults.take(Fault.FrameBytes.class)).isNull();
    }

    @Test
    void alwaysAppliesAfterNext() {
        faults.always(new Fault.Throttled());
        faults.next(new Fault.Silence());
        assertThat(faults.take(Fault.OfTask.class)).isInstanceOf(Fault.Silence.class);
        assertThat(faults.take(Fault.OfTask.class)).isInstanceOf(Fault.Throttled.class);
        assertThat(faults.take(Fault.OfTask.class)).isInstanceOf(Fault.Throttled.class);
        faults.always(new Fault.EmptyTask());
        assertThat(faults.take(Fault.OfTask.class)).isInstanceOf(Fault.EmptyTask.class);
        faults.clear();
        assertThat(faults.pending()).isEmpty();
        assertThat(faults.take(Fault.OfTask.class)).isNull();
    }

    @Test
    void invalidTaskConsumesNoFault() {
        faults.next(new Fault.Throttled());
        TestClient.connect(emulator).run("no-such-model", parameters());
        await().until(() -> emulator.journal().tasksFailed() == 1);
        assertThat(faults.pending()).hasSize(1);
    }

    @Test
    void rejectsInvalidFaults() {
        assertThatIllegalArgumentException().isThrownBy(() -> faults.next(new Fault.Silence(), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Fault.HandshakeStatus(200));
        assertThatIllegalArgumentException().isThrownBy(() -> new Fault.Stall(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Fault.CloseFrame(1006, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Fault.CloseWithReason(1007, "x".repeat(124), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Fault.Pacing(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> new Fault.FirstAudioDelay(Duration.ofMillis(-1)));
    }
}
