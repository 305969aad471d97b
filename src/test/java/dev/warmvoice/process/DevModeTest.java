package dev.warmvoice.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.testing.Api;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;

/** Dev mode as a new user starts it: no key, no service, no settings. */
@QuarkusTest
@TestProfile(DevModeTest.Dev.class)
@DisabledIfEnvironmentVariable(named = "DASHSCOPE_API_KEY", matches = ".+", disabledReason = "would cost money")
public class DevModeTest {

    @TestHTTPResource("/")
    public URI base;

    @Test
    void speaksWithoutAKey() throws Exception {
        HttpResponse<byte[]> response = new Api(base)
                .speak(new JsonObject().put("input", "Good morning. Your train leaves at nine."));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("audio/mpeg");
        assertThat(response.body()).hasSizeGreaterThan(10_000);
    }

    /** Augments the application as {@code quarkus:dev} does. */
    public static class Dev implements QuarkusTestProfile {

        @Override
        public String getConfigProfile() {
            return "dev";
        }
    }
}
