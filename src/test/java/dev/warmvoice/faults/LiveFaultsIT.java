package dev.warmvoice.faults;

import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.LiveClient;
import dev.warmvoice.testing.OnBinary;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The fault matrix over a single live socket: a failed utterance does not fail the socket. */
@EnabledOnOs(OS.LINUX)
@OnBinary
class LiveFaultsIT extends FaultScenarios {

    private Artifact artifact;
    private LiveClient client;

    LiveFaultsIT() {
        super(EntryPoint.LIVE, 2);
    }

    @Override
    void open(Map<String, String> settings) {
        artifact = Artifact.start(settings);
        client = new LiveClient(artifact.base());
    }

    @Override
    void close() {
        if (client != null) {
            client.close();
        }
        artifact.close();
    }

    @Override
    Heard speak(String text) {
        String id = client.start(new JsonObject()).text(text).finish().next("started").getString("id");
        List<Object> heard = client.until("finished", "error");
        JsonObject end = (JsonObject) heard.get(heard.size() - 1);
        byte[] audio = LiveClient.audio(heard);
        if (!id.equals(end.getString("id"))) {
            return new Heard(end.encode(), audio);
        }
        if (end.getString("type").equals("finished")) {
            return new Heard("finished", audio);
        }
        String error = "error " + end.getJsonObject("error").getString("code");
        return new Heard(audio.length == 0 ? error : "audio, then " + error, audio);
    }

    @Override
    Artifact artifact() {
        return artifact;
    }
}
