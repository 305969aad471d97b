package dev.warmvoice.soak;

import static dev.warmvoice.testing.Waits.pause;

import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.LiveClient;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** A client that requests speech for one text after another. */
interface SoakClient extends AutoCloseable {

    /**
     * The result of one request.
     *
     * @param failure the error code of a failed or truncated answer; empty on success
     * @param isWhole whether the client wanted all of the audio and received it
     */
    record Heard(byte[] audio, String failure, boolean isWhole) {
    }

    Heard speak(JsonObject call) throws Exception;

    @Override
    default void close() {
    }

    /** A client that reads a whole HTTP response. */
    static SoakClient patient(Api api) {
        return call -> listen(api.open(call), Integer.MAX_VALUE, Duration.ZERO);
    }

    /** A client that reads an HTTP response slowly. */
    static SoakClient slow(Api api) {
        return call -> listen(api.open(call), Integer.MAX_VALUE, Duration.ofMillis(20));
    }

    /** A client that disconnects after a few bytes of an HTTP response. */
    static SoakClient leaving(Api api) {
        return call -> listen(api.open(call), 2000, Duration.ZERO);
    }

    /** A client that reads server-sent events. */
    static SoakClient ofEvents(Api api) {
        return call -> {
            Heard events = listen(api.open(call.copy().put("stream_format", "sse").put("timestamps", true)),
                    Integer.MAX_VALUE, Duration.ZERO);
            ByteArrayOutputStream audio = new ByteArrayOutputStream();
            String code = events.failure;
            for (String event : new String(events.audio, StandardCharsets.UTF_8).split("\n\n")) {
                if (event.contains("\"speech.audio.delta\"") && event.endsWith("}")) {
                    audio.writeBytes(Base64.getDecoder()
                            .decode(new JsonObject(event.substring("data: ".length())).getString("audio")));
                } else if (event.contains("\"type\":\"error\"") && event.endsWith("}")) {
                    code = new JsonObject(event.substring("data: ".length())).getJsonObject("error").getString("code");
                }
            }
            return new Heard(audio.toByteArray(), code, code.isEmpty());
        };
    }

    private static Heard listen(HttpResponse<InputStream> answer, int most, Duration pause) throws IOException {
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != 200) {
                return new Heard(new byte[0], new JsonObject(new String(body.readAllBytes(), StandardCharsets.UTF_8))
                        .getJsonObject("error").getString("code"), false);
            }
            ByteArrayOutputStream audio = new ByteArrayOutputStream();
            try {
                for (byte[] part = body.readNBytes(1000); part.length > 0; part = body.readNBytes(1000)) {
                    audio.writeBytes(part);
                    if (audio.size() >= most) {
                        return new Heard(audio.toByteArray(), "", false);
                    }
                    if (!pause.isZero()) {
                        pause(pause);
                    }
                }
                return new Heard(audio.toByteArray(), "", true);
            } catch (IOException cutOff) {
                return new Heard(audio.toByteArray(), "broken_off", false);
            }
        }
    }

    /** A client that sends all its texts over one live socket. */
    static SoakClient live(Artifact artifact, boolean cancels) {
        LiveClient client = new LiveClient(artifact.base());
        return new SoakClient() {

            @Override
            public Heard speak(JsonObject call) {
                JsonObject fields = call.copy();
                String text = (String) fields.remove("input");
                String id = client.start(fields).next("started").getString("id");
                client.text(text);
                if (cancels) {
                    pause(Duration.ofMillis(20));
                    client.cancel().next("cancelled");
                    return new Heard(new byte[0], "", false);
                }
                List<Object> heard = client.finish().until("finished", "error");
                JsonObject end = (JsonObject) heard.get(heard.size() - 1);
                if (!id.equals(end.getString("id"))) {
                    return new Heard(LiveClient.audio(heard), "message of another utterance: " + end, false);
                }
                boolean whole = end.getString("type").equals("finished");
                return new Heard(LiveClient.audio(heard), whole ? "" : end.getJsonObject("error").getString("code"),
                        whole);
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }
}
