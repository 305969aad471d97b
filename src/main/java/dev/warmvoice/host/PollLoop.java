package dev.warmvoice.host;

import io.quarkus.runtime.ImageMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Keeps the Lambda extension from polling where there is nothing to poll. A binary that has it polls in any case, and
 * where there is no Runtime API it stops the application. (A jar polls in dev mode and tests only, and then rightly.)
 */
public final class PollLoop {

    /** The extension's own property for the address of a Runtime API that is not Lambda's. */
    private static final String API = "quarkus-internal.aws-lambda.test-api";
    /** Under which name the loop logs. */
    static final String LOGGER = "io.quarkus.amazon.lambda.runtime.AbstractLambdaPollLoop";

    /** Reachable for as long as the process lives: a socket that is collected is closed. */
    private static ServerSocket silent;

    private PollLoop() {
    }

    /**
     * Lets the loop wait for an answer that never comes, which costs a thread that sleeps. To be called before Quarkus
     * starts. Does nothing where somebody else has said already whom to poll, as the tests of a binary do.
     */
    public static void park() {
        if (ImageMode.current() != ImageMode.NATIVE_RUN || System.getProperty(API) != null) {
            return;
        }
        try {
            silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("no socket for the poll loop to wait at", e);
        }
        System.setProperty(API, silent.getInetAddress().getHostAddress() + ":" + silent.getLocalPort());
        // It would announce where it listens, and call its end a failure.
        System.setProperty("quarkus.log.category.\"" + LOGGER + "\".level", "OFF");
    }
}
