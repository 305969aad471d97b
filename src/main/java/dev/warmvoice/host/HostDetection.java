package dev.warmvoice.host;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Tells which host this process runs on. */
@Singleton
class HostDetection {

    private static final Logger LOG = Logger.getLogger(HostDetection.class);

    @Produces
    @Singleton
    Host host() {
        return Host.of(System.getenv());
    }

    void announce(@Observes StartupEvent start, Host host) {
        LOG.infof("Running on %s", host);
    }
}
