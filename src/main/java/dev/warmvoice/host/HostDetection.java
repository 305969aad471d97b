package dev.warmvoice.host;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** The host of this process, for whoever behaves differently on one of them. */
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
