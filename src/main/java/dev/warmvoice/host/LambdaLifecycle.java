package dev.warmvoice.host;

import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.logging.Level;
import java.util.logging.Logger;

/** How an instance of a Lambda function ends. */
@ApplicationScoped
class LambdaLifecycle {

    /** Kept reachable: a logger that is garbage-collected loses its level. */
    private final Logger pollLoop = Logger.getLogger(PollLoop.LOGGER);

    /** The loop starts when the application has. */
    void watch(@Observes StartupEvent start, Host host, InvocationDeadline deadline) {
        if (host == Host.LAMBDA) {
            deadline.observe();
        }
    }

    /** The end interrupts the poll loop, which is not the failure it takes it for. */
    void hush(@Observes ShutdownDelayInitiatedEvent end) {
        if (ApplicationLifecycleManager.isVmShuttingDown()) {
            pollLoop.setLevel(Level.OFF);
        }
    }

    /**
     * A poll loop that gives up stops the application and leaves the process standing, of no use to anyone. Lambda
     * starts another instead of one that has ended.
     */
    void end(@Observes ShutdownEvent end, Host host) {
        if (host == Host.LAMBDA && !ApplicationLifecycleManager.isVmShuttingDown()) {
            Quarkus.asyncExit(1);
        }
    }
}
