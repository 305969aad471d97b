package dev.warmvoice.host;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
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

    void announce(@Observes StartupEvent start, Host host, LambdaConfig lambda) {
        boolean streams = lambda.invokeMode() == InvokeMode.RESPONSE_STREAM;
        if (host == Host.LAMBDA && streams) {
            throw new ConfigurationException("warmvoice.lambda.invoke-mode must be set as the environment variable "
                    + Host.INVOKE_MODE + ".");
        }
        LOG.infof("Running on %s", host);
    }
}
