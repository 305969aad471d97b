package dev.warmvoice.naive;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A {@link NaivePool} in a process of its own: speaks each line it reads and answers with the milliseconds to the first
 * audio, or with what went wrong.
 */
public final class NaiveProcess {

    private NaiveProcess() {
    }

    public static void main(String[] arguments) throws IOException {
        NaivePool pool = new NaivePool(URI.create(arguments[0]), arguments[1], 4, 4);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            try {
                System.out.println(pool.speak(line, Duration.ofSeconds(20)).toNanos() / 1e6);
            } catch (Exception e) {
                System.out.println(e.getClass().getSimpleName());
            }
        }
        Runtime.getRuntime().halt(0);
    }
}
