package dev.warmvoice.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

class ControlApiTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Emulator emulator;

    @BeforeEach
    void start() {
        emulator = Emulator.start();
    }

    @AfterEach
    void close() {
        emulator.close();
    }

    private HttpResponse<String> call(String method, String path, String body)
            throws IOException, InterruptedException {
        var uri = URI.create("http://127.0.0.1:" + emulator.port() + path);
        return HTTP.send(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5))
                .method(method, BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'fault':'close-frame','code':1011,'after_frames':3,'times':2}",
            "{'fault':'close-with-reason','code':1007,'reason':'r','after_frames':-1,'times':1}",
            "{'fault':'fail-at-run-task','code':'Arrearage','message':'m','times':1}",
            "{'fault':'handshake-status','status':503,'times':1}", "{'fault':'handshake-hang','times':1}",
            "{'fault':'handshake-delay','duration_ms':300,'times':1}", "{'fault':'early-cut','times':1}",
            "{'fault':'idle-cut','after_ms':50,'how':'close-frame','times':1}",
            "{'fault':'finished-as','shape':'usage-absent','times':1}",
            "{'fault':'cancel-answer','how':'as-finish','times':1}", "{'fault':'run-task-refused','always':true}",
            "{'fault':'throttled','times':1}",
            "{'fault':'fail-before-audio','code':'InternalError','message':'m','times':1}",
            "{'fault':'fail-after-audio','code':'InternalError','message':'m','after_frames':1,'times':1}",
            "{'fault':'no-task-started','times':1}", "{'fault':'silence','times':1}",
            "{'fault':'stall','after_frames':1,'times':1}", "{'fault':'no-task-finished','times':1}",
            "{'fault':'fin','after_frames':1,'times':1}", "{'fault':'rst','after_frames':0,'times':1}",
            "{'fault':'empty-task','times':1}", "{'fault':'frame-bytes','bytes':100,'times':1}",
            "{'fault':'pacing','real_time_factor':0.5,'times':1}", "{'fault':'start-delay','duration_ms':1,'times':1}",
            "{'fault':'first-audio-delay','duration_ms':1,'times':1}", "{'fault':'late-frame','times':1}",
            "{'fault':'foreign-event','times':1}", "{'fault':'garbage','times':1}",
            "{'fault':'text-message','text':'x','after_frames':-1,'times':1}",
            "{'fault':'long-message','bytes':4,'after_frames':1,'times':1}",
            "{'fault':'endless-message','after_frames':1,'times':1}",
            "{'fault':'empty-frames','count':4,'after_frames':1,'times':1}",
            "{'fault':'early-frame','bytes':4,'times':1}"})
    void acceptsAndListsEveryFault(String singleQuoted) throws Exception {
        String fault = singleQuoted.replace('\'', '"');
        assertThat(call("POST", "/faults", fault).statusCode()).isEqualTo(200);
        JsonArray pending = new JsonObject(call("GET", "/state", "").body()).getJsonArray("faults");
        assertThat(pending).isEqualTo(new JsonArray().add(new JsonObject(fault)));
        assertThat(emulator.faults().pending()).hasSize(1);
    }

    @Test
    void faultsStrikeOnceByDefault() throws Exception {
        call("POST", "/faults", "{\"fault\":\"stall\",\"after_frames\":2}");
        assertThat(emulator.faults().pending()).containsExactly(new Faults.Pending(new Fault.Stall(2), 1));
        assertThat(call("DELETE", "/faults", "").statusCode()).isEqualTo(200);
        assertThat(emulator.faults().pending()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'fault':'explode'}|close-frame", "{}|close-frame",
            "{'fault':'stall','frames':1}|after_frames",
            "{'fault':'stall'}|after_frames", "{'fault':'stall','after_frames':-1}|after_frames",
            "{'fault':'stall','after_frames':'x'}|number", "{'fault':'stall','after_frames':1,'times':0}|times",
            "{'fault':'stall','after_frames':1,'times':'x'}|times", "{'fault':'handshake-status','status':200}|400",
            "{'fault':'idle-cut','after_ms':1,'how':'gently'}|vanish", "nonsense|nonsense", "[]|"})
    void rejectsInvalidFaultsWithAHint(String bodyAndHint) throws Exception {
        String[] parts = bodyAndHint.replace('\'', '"').split("\\|", 2);
        HttpResponse<String> response = call("POST", "/faults", parts[0]);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getString("error")).contains(parts[1]);
        assertThat(emulator.faults().pending()).isEmpty();
    }

    @Test
    void cutsIdleConnections() throws Exception {
        TestClient client = TestClient.connect(emulator);
        HttpResponse<String> response = call("POST", "/connections/cut", "{\"how\":\"close-frame\"}");
        assertThat(new JsonObject(response.body()).getInteger("cut")).isEqualTo(1);
        assertThat(client.awaitClosed()).isEqualTo(1000);
        assertThat(call("POST", "/connections/cut", "{}").statusCode()).isEqualTo(400);
    }

    @Test
    void reportsItsState() throws Exception {
        TestClient.connect(emulator).speak("Hi.");
        var state = new JsonObject(call("GET", "/state", "").body());
        assertThat(state.getJsonObject("connections").getInteger("open")).isEqualTo(1);
        assertThat(state.getJsonObject("tasks")).isEqualTo(new JsonObject().put("running", 0).put("started", 1)
                .put("finished", 1).put("failed", 0).put("throttled", 0).put("cancelled", 0).put("abandoned", 0));
    }

    @Test
    void reportsThrottledTasks() throws Exception {
        List<TestClient> clients = Stream.generate(() -> TestClient.connect(emulator)).limit(12).toList();
        clients.forEach(client -> client.run(TestClient.parameters()));
        await().until(() -> emulator.journal().tasksFailed() + emulator.journal().tasksStarted() >= clients.size());
        JsonObject tasks = new JsonObject(call("GET", "/state", "").body()).getJsonObject("tasks");
        assertThat(tasks.getInteger("throttled")).isPositive().isEqualTo(tasks.getInteger("failed"));
    }

    @Test
    void otherPathsAreNotFound() throws Exception {
        assertThat(call("GET", "/", "").statusCode()).isEqualTo(404);
        assertThat(call("GET", "/api-ws/v1/inference/", "").statusCode()).isEqualTo(404);
    }
}
