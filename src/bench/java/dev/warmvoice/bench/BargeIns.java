package dev.warmvoice.bench;

import dev.warmvoice.testing.LiveClient;
import dev.warmvoice.testing.Sample;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Somebody who talks over what he hears, again and again, on one live socket. */
final class BargeIns implements AutoCloseable {

    /** What is interrupted. */
    static final String LONG = "Please mind the gap. Your train leaves at nine. The next stop is the central station.";
    /** What is said in its place. */
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

    /** Speaks the short text with nothing before it. */
    void speak() {
        speak(undisturbed);
    }

    /** Begins the long text, takes it back at some moment, and speaks the short one at once. */
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

    /** First audio of short texts with nothing before them. */
    Sample undisturbed() {
        return undisturbed;
    }

    /** First audio of short texts in place of a long one. */
    Sample next() {
        return next;
    }

    /** How many short texts did not sound as they should, be it that there was a byte of the long one in them. */
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
