import dev.warmvoice.emulator.Emulator;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the audio that the emulator makes of a text with Warmvoice's defaults, as MP3 and as PCM.
 *
 * <p>
 * {@code java -cp target/emulator/warmvoice-emulator.jar clients/ExpectedAudio.java "Good morning." folder}
 */
final class ExpectedAudio {

    private ExpectedAudio() {
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[1]);
        write(folder.resolve("speech.mp3"), "mp3", 22_050, arguments[0]);
        write(folder.resolve("speech.pcm"), "pcm", 24_000, arguments[0]);
    }

    private static void write(Path file, String format, int sampleRate, String text) throws IOException {
        JsonObject parameters = new JsonObject().put("voice", "longanyang").put("format", format).put("sample_rate",
                sampleRate);
        Files.write(file, Emulator.audioOf("cosyvoice-v3-flash", parameters, text));
    }
}
