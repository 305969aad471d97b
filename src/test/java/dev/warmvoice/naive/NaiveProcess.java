package dev.warmvoice.naive;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/**
 * A {@link NaiveClient} in its own process. Prints {@link #READY}, then speaks each input line and prints the
 * nanoseconds to the first audio, the nanoseconds to the end and the audio in base64, or {@link #FAILED} and the error.
 */
public final class NaiveProcess {

    public static final String READY = "ready";
    public static final String FAILED = "failed";

    /** The first-audio timeout of Warmvoice. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private NaiveProcess() {
    }

    /** @param arguments the service's address, the key and the pool size, 0 for none */
    public static void main(String[] arguments) throws IOException {
        URI url = URI.create(arguments[0]);
        int size = Integer.parseInt(arguments[2]);
        NaiveClient client = size == 0 ? new NoPool(url, arguments[1]) : new NaivePool(url, arguments[1], size, size);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println(READY);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(answer(client, line));
        }
        Runtime.getRuntime().halt(0);
    }

    private static String answer(NaiveClient client, String text) {
        ByteArrayOutputStream audio = new ByteArrayOutputStream(64 << 10);
        long begin = System.nanoTime();
        try {
            Duration firstAudio = client.speak(text, PATIENCE, frame -> {
                byte[] bytes = new byte[frame.remaining()];
                frame.get(bytes);
                audio.writeBytes(bytes);
            });
            return firstAudio.toNanos() + " " + (System.nanoTime() - begin) + " "
                    + Base64.getEncoder().encodeToString(audio.toByteArray());
        } catch (Exception e) {
            return FAILED + " " + e.getClass().getSimpleName();
        }
    }
}
