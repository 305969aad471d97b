package dev.warmvoice.fleet;

import dev.warmvoice.testing.RedisServer;
import java.time.Duration;
import java.util.Random;

/** Kills, freezes, empties and restarts a server at random, each for some seconds. */
record Outages(RedisServer server, Random random) implements Run.Disturbance {

    private static final Duration QUIET = Duration.ofSeconds(6);

    @Override
    public void during(Duration time, Fleet fleet) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            Duration length = Duration.ofMillis(random.nextInt(500, 5000));
            switch (random.nextInt(4)) {
                case 0 -> {
                    server.kill();
                    Run.pause(length);
                    server.restart();
                }
                case 1 -> {
                    server.freeze();
                    Run.pause(length);
                    server.thaw();
                }
                case 2 -> server.flush();
                default -> server.restart();
            }
            Run.pause(QUIET);
        }
    }
}
