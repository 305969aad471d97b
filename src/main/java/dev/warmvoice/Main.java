package dev.warmvoice;

import dev.warmvoice.host.Host;
import dev.warmvoice.host.PollLoop;
import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Detects the host, sets the properties it needs, and runs an ordinary Quarkus application. */
@QuarkusMain
public final class Main {

    private static final String PROFILE = "quarkus.profile";

    /** Kept reachable: a logger that is garbage-collected loses its level. */
    @SuppressWarnings("UnusedVariable")
    private static @Nullable Logger validator;

    /**
     * Runs until the process is told to end.
     *
     * @param args Quarkus' own
     */
    public static void main(String... args) {
        Host host = Host.of(System.getenv());
        host.profile().ifPresent(profile -> System.setProperty(PROFILE, ownProfile() + "," + profile));
        if (host != Host.LAMBDA) {
            PollLoop.park();
        }
        quietValidator();
        Quarkus.run(null, Main::end, args);
    }

    /** The version of the validator is not news. Quarkus says so too, but not before it has read the settings. */
    private static void quietValidator() {
        if (ImageMode.current() == ImageMode.JVM) {
            // As Quarkus sets it: the first request for a logger decides on the log manager.
            System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
            Logger version = Logger.getLogger("org.hibernate.validator.internal.util.Version");
            version.setLevel(Level.WARNING);
            validator = version;
        }
    }

    /** As Quarkus ends it, apart from what is said of a failure. */
    private static void end(int exitCode, @Nullable Throwable failure) {
        if (failure != null) {
            StartFailure.report(failure);
        }
        ApplicationLifecycleManager.getDefaultExitCodeHandler().accept(exitCode, failure);
    }

    private static String ownProfile() {
        return System.getProperty(PROFILE, System.getenv().getOrDefault("QUARKUS_PROFILE", "prod"));
    }
}
