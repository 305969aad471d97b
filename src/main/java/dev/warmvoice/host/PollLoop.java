package dev.warmvoice.host;

import io.quarkus.runtime.ImageMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the Lambda extension from polling where there is no Runtime API. A binary with the extension always polls, and
 * stops the application if nothing answers. (A jar polls in dev mode and in tests only, where it should.)
 */
public final class PollLoop {

    /** The extension's own property for the address of a Runtime API that is not Lambda's. */
    private static final String API = "quarkus-internal.aws-lambda.test-api";
    /** The name of the loop's logger. */
    static final String LOGGER = "io.quarkus.amazon.lambda.runtime.AbstractLambdaPollLoop";

    /** Kept reachable: a socket that is garbage-collected is closed. */
    @SuppressWarnings("UnusedVariable")
    private static @Nullable ServerSocket silent;

    private PollLoop() {
    }

    /**
     * Lets the loop wait for an answer that never comes, at the cost of one sleeping thread. To be called before Quarkus
     * starts. Does nothing if the address of a Runtime API is set already, as the tests of a binary do.
     */
    public static void park() {
        if (ImageMode.current() != ImageMode.NATIVE_RUN || System.getProperty(API) != null) {
            return;
        }
        ServerSocket unanswered;
        try {
            unanswered = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("no socket for the poll loop to wait at", e);
        }
        silent = unanswered;
        System.setProperty(API, unanswered.getInetAddress().getHostAddress() + ":" + unanswered.getLocalPort());
        // The loop would log where it listens, and log its end as a failure.
        System.setProperty("quarkus.log.category.\"" + LOGGER + "\".level", "OFF");
    }
}
