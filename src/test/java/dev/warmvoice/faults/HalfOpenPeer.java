package dev.warmvoice.faults;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.testing.TcpProxy;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * The service in its own network namespace, on all addresses. Prints its port. For each input line it drops all its
 * connections silently and prints a confirmation; exits at the end of its input.
 */
final class HalfOpenPeer {

    static final String TEXT = "Good morning. Your train leaves at nine.";

    private HalfOpenPeer() {
    }

    /** The expected audio of {@link #TEXT} with default parameters. */
    static byte[] audio() {
        return Emulator.audioOf("cosyvoice-v3-flash", new JsonObject().put("voice", "longanyang").put("format", "mp3")
                .put("sample_rate", 22050), TEXT);
    }

    public static void main(String[] arguments) throws Exception {
        // The voice is slow the first time.
        audio();
        EmulatorOptions paced = EmulatorOptions.defaults().withTasksPerSecond(0).withRealTimeFactor(0.5);
        try (Emulator emulator = Emulator.start(paced);
                TcpProxy everywhere = new TcpProxy(InetAddress.getByName("0.0.0.0"), emulator.port())) {
            System.out.println(everywhere.port());
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (lines.readLine() != null) {
                everywhere.cut();
                System.out.println("forgotten");
            }
        }
    }
}
