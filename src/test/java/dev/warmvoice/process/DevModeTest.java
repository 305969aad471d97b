package dev.warmvoice.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.DevProfile;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** The first request of a newcomer, with default settings, and the buttons of dev mode's page. */
@QuarkusTest
@TestProfile(DevProfile.class)
class DevModeTest {

    @TestHTTPResource("/")
    URI base;

    @Test
    void speaksWithoutAKey() throws Exception {
        HttpResponse<byte[]> response = new Api(base)
                .speak(new JsonObject().put("input", "Good morning. Your train leaves at nine."));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("audio/mpeg");
        assertThat(response.body()).hasSizeGreaterThan(10_000);
    }

    @Test
    void forwardsFaultsToTheEmulator() throws Exception {
        Api api = new Api(base);
        HttpResponse<String> answer = api.send("POST", "/dev/faults",
                new JsonObject().put("fault", "stall").put("after_frames", 1));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(new JsonObject(api.get("/dev/state").body()).getJsonArray("faults")).hasSize(1);
        assertThat(api.send("DELETE", "/dev/faults", new JsonObject()).statusCode()).isEqualTo(200);
        assertThat(new JsonObject(api.get("/dev/state").body()).getJsonArray("faults")).isEmpty();
    }

    @Test
    void reportsWhatTheEmulatorRefuses() throws Exception {
        HttpResponse<String> answer = new Api(base).send("POST", "/dev/faults", new JsonObject().put("fault", "flood"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("unknown fault");
    }
}
