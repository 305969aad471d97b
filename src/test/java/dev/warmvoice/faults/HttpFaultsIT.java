package dev.warmvoice.faults;

import dev.warmvoice.testing.Artifact;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@EnabledIf(value = "dev.warmvoice.testing.Artifact#isWorthIt", disabledReason = "the jar runs only with -Dtests=full")
class HttpFaultsIT extends FaultScenarios {

    private Artifact artifact;

    HttpFaultsIT() {
        super(EntryPoint.HTTP, 2);
    }

    @Override
    void open(Map<String, String> settings) {
        artifact = Artifact.launch(settings, Map.of());
    }

    @Override
    void close() {
        artifact.close();
    }

    @Override
    Heard speak(String text) throws Exception {
        HttpResponse<InputStream> response = artifact.api().open(new JsonObject().put("input", text));
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                JsonObject error = new JsonObject(new String(body.readAllBytes())).getJsonObject("error");
                return new Heard(response.statusCode() + " " + error.getString("code"), new byte[0]);
            }
            return listen(body);
        }
    }

    private static Heard listen(InputStream body) {
        ByteArrayOutputStream audio = new ByteArrayOutputStream();
        try {
            for (int next = body.read(); next >= 0; next = body.read()) {
                audio.write(next);
            }
            return new Heard("200", audio.toByteArray());
        } catch (IOException cutOff) {
            return new Heard("200, and the body breaks off", audio.toByteArray());
        }
    }

    @Override
    Artifact artifact() {
        return artifact;
    }
}
