package dev.warmvoice.bench;

import dev.warmvoice.testing.LiveClient;
import dev.warmvoice.testing.Sample;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A client that interrupts the running audio repeatedly on one live socket. */
final class BargeIns implements AutoCloseable {

    /** The interrupted text. */
    static final String LONG = "Please mind the gap. Your train leaves at nine. The next stop is the central station.";
    /** The text after the interruption. */
    static final String SHORT = "Good morning.";

    private static final int LATEST_MILLIS = 300;

    private final URI base;
    private final Random moments = new Random(1);
    private final Sample undisturbed = new Sample();
    private final Sample next = new Sample();
    private LiveClient live;
    private int inexact;
    private int failures;

    BargeIns(URI base) {
        this.base = base;
        live = new LiveClient(base);
    }

    /** Speaks the short text without an interruption before it. */
    void speak() {
        speak(undisturbed);
    }

    /** Starts the long text, cancels it at a random moment, and speaks the short one at once. */
    void bargeIn() {
        live.start(new JsonObject()).text(LONG);
        Pace.sleep(Duration.ofNanos(moments.nextInt(LATEST_MILLIS * 1_000_000)));
        live.cancel();
        speak(next);
    }

    private void speak(Sample times) {
        long begin = System.nanoTime();
        live.start(new JsonObject()).text(SHORT).finish();
        List<Object> heard = live.until("finished", "error");
        List<JsonObject> errors = LiveClient.messages(heard, "error");
        if (!errors.isEmpty()) {
            System.err.println(errors);
            failures++;
            live.close();
            live = new LiveClient(base);
            return;
        }
        times.addNanos(live.firstFrameNanos() - begin);
        List<JsonObject> cancelled = LiveClient.messages(heard, "cancelled");
        int from = cancelled.isEmpty() ? 0 : heard.indexOf(cancelled.get(0));
        if (!Arrays.equals(LiveClient.audio(heard.subList(from, heard.size())), Expected.of(SHORT))) {
            inexact++;
        }
    }

    /** The times to first audio of short texts without an interruption before them. */
    Sample undisturbed() {
        return undisturbed;
    }

    /** The times to first audio of short texts right after an interruption. */
    Sample next() {
        return next;
    }

    /** The count of short texts with wrong audio, such as a byte of the long text. */
    int inexact() {
        return inexact;
    }

    int failures() {
        return failures;
    }

    @Override
    public void close() {
        live.close();
    }
}
