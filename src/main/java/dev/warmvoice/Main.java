package dev.warmvoice;

import dev.warmvoice.host.Host;
import dev.warmvoice.host.PollLoop;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Finds out where it runs, sets what follows from that, and is an ordinary Quarkus application from then on. */
@QuarkusMain
public final class Main {

    private static final String PROFILE = "quarkus.profile";

    /** @param args Quarkus' own */
    public static void main(String... args) {
        Host host = Host.of(System.getenv());
        host.profile().ifPresent(profile -> System.setProperty(PROFILE, ownProfile() + "," + profile));
        if (host != Host.LAMBDA) {
            PollLoop.park();
        }
        Quarkus.run(args);
    }

    private static String ownProfile() {
        return System.getProperty(PROFILE, System.getenv().getOrDefault("QUARKUS_PROFILE", "prod"));
    }
}
