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
 * The service in a network namespace of its own, at all addresses it has. Prints its port; for each line it is sent it
 * forgets all its connections, and says so; ends with its input.
 */
final class HalfOpenPeer {

    static final String TEXT = "Good morning. Your train leaves at nine.";

    private HalfOpenPeer() {
    }

    /** What it says to {@link #TEXT}, unless asked for anything in particular. */
    static byte[] audio() {
        return Emulator.audioOf("cosyvoice-v3-flash", new JsonObject().put("voice", "longanyang").put("format", "mp3")
                .put("sample_rate", 22050), TEXT);
    }

    public static void main(String[] arguments) throws Exception {
        // It is slow the first time.
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
