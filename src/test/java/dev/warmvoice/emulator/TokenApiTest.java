package dev.warmvoice.emulator;

import static dev.warmvoice.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.Instant;

/** Temporary keys, and keys that change. */
class TokenApiTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String KEY = EmulatorOptions.DEFAULT_API_KEY;

    private Emulator emulator;

    @BeforeEach
    void start() {
        emulator = Emulator.start();
    }

    @AfterEach
    void close() {
        emulator.close();
    }

    @ParameterizedTest
    @CsvSource({"'',60", "?expire_in_seconds=1,1", "?expire_in_seconds=1800,1800"})
    void makesATemporaryKey(String query, int seconds) throws Exception {
        Instant before = Instant.now();
        HttpResponse<String> response = post("/api/v1/tokens" + query, KEY, "");
        assertThat(response.statusCode()).isEqualTo(200);
        JsonObject answer = new JsonObject(response.body());
        assertThat(answer.fieldNames()).containsExactlyInAnyOrder("token", "expires_at");
        assertThat(answer.getString("token")).startsWith("st-");
        assertThat(Instant.ofEpochSecond(answer.getLong("expires_at"))).isBetween(
                before.plusSeconds(seconds - 1), Instant.now().plusSeconds(seconds));
        assertThat(handshake(answer.getString("token"))).isEqualTo(101);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1801", "-1", "soon", ""})
    void rejectsALifetimeOutOfBounds(String seconds) throws Exception {
        HttpResponse<String> response = post("/api/v1/tokens?expire_in_seconds=" + seconds, KEY, "");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getString("code")).isEqualTo("InvalidParameter");
    }

    @Test
    void needsAPermanentKey() throws Exception {
        String temporary = new JsonObject(emulator.temporaryKey(Duration.ofMinutes(1))).getString("token");
        for (String key : new String[]{"another", "", temporary}) {
            HttpResponse<String> response = post("/api/v1/tokens", key, "");
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(new JsonObject(response.body()).getString("code")).isEqualTo("InvalidApiKey");
        }
    }

    @Test
    void refusesATemporaryKeyThatHasExpired() throws Exception {
        String token = new JsonObject(emulator.temporaryKey(Duration.ofMillis(300))).getString("token");
        assertThat(handshake(token)).isEqualTo(101);
        await().until(() -> handshake(token) == 401);
        assertThat(emulator.journal().connectionsOpen()).as("those that are open stay open").isPositive();
    }

    @Test
    void acceptsOtherKeysFromNowOn() throws Exception {
        TestClient old = TestClient.connect(emulator);
        emulator.acceptKeys("second", "third");
        assertThat(handshake(KEY)).isEqualTo(401);
        assertThat(handshake("second")).isEqualTo(101);
        assertThat(handshake("third")).isEqualTo(101);
        old.speak("Hi.");
        assertThat(emulator.cutUnaccepted(Cut.CLOSE_FRAME)).isEqualTo(1);
        assertThat(old.awaitClosed()).isEqualTo(1000);
    }

    @Test
    void controlApiChangesTheKeys() throws Exception {
        TestClient old = TestClient.connect(emulator);
        assertThat(post("/keys", "", "{\"accept\":[\"second\"]}").body()).isEqualTo("{\"cut\":0}");
        assertThat(handshake(KEY)).isEqualTo(401);
        assertThat(handshake("second")).isEqualTo(101);
        HttpResponse<String> response = post("/keys", "", "{\"accept\":[\"second\"],\"cut\":\"close-frame\"}");
        assertThat(response.body()).isEqualTo("{\"cut\":1}");
        assertThat(old.awaitClosed()).isEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"accept\":\"k\"}", "{\"accept\":[1]}", "{\"accept\":[\"k\"],\"cut\":\"gently\"}"})
    void controlApiRejectsAnythingElse(String body) throws Exception {
        assertThat(post("/keys", "", body).statusCode()).isEqualTo(400);
        assertThat(handshake(KEY)).isEqualTo(101);
    }

    private HttpResponse<String> post(String path, String key, String body) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + emulator.port() + path))
                .timeout(Duration.ofSeconds(5)).header("Authorization", "Bearer " + key)
                .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    /** The status of the answer to a handshake with the key. */
    private int handshake(String key) throws Exception {
        int before = emulator.journal().handshakes().size();
        HTTP.newWebSocketBuilder().header("Authorization", "Bearer " + key)
                .buildAsync(emulator.url(), new WebSocket.Listener() {
                }).handle((opened, refused) -> opened).get();
        return await().until(() -> emulator.journal().handshakes().get(before).status(), status -> status != 0);
    }
}
