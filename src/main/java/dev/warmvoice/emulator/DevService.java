package dev.warmvoice.emulator;

import dev.warmvoice.dashscope.Endpoint;
import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.vertx.http.HttpServerStart;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import jakarta.annotation.PreDestroy;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * In dev mode the emulator takes the service's place as long as no key is configured. This class and {@link DevResource}
 * are the only ones of this package that know the product.
 */
@IfBuildProfile("dev")
@ApplicationScoped
class DevService {

    private static final Logger LOG = Logger.getLogger("dev.warmvoice");
    /** What the service itself is said to take: a first frame after some 300 ms, then five times real time. */
    private static final EmulatorOptions LIFELIKE = EmulatorOptions.defaults()
            .withFirstAudioDelay(Duration.ofMillis(300)).withRealTimeFactor(0.2);

    private volatile Emulator emulator;

    @Produces
    @Singleton
    Endpoint endpoint(@ConfigProperty(name = "warmvoice.dashscope.api-key") Optional<String> key,
            @ConfigProperty(name = "warmvoice.dashscope.url") URI url,
            @ConfigProperty(name = "warmvoice.dashscope.workspace") Optional<String> workspace) {
        if (key.isPresent()) {
            return new Endpoint(url, key, workspace);
        }
        emulator = Emulator.start(LIFELIKE);
        return new Endpoint(emulator.url(), Optional.of(LIFELIKE.apiKey()), Optional.empty());
    }

    /** The emulator, if it is it that speaks. */
    Optional<Emulator> emulator() {
        return Optional.ofNullable(emulator);
    }

    void greet(@ObservesAsync HttpServerStart server, Endpoint endpoint) {
        LOG.infof("Spoken by %1$s. Open http://localhost:%2$d/ or try: curl -s localhost:%2$d/v1/audio/speech"
                + " -H 'Content-Type: application/json' -d '{\"input\":\"Hello, this is Warmvoice.\"}'"
                + " -o morning.mp3",
                emulator == null
                        ? endpoint.url()
                        : "the emulator (set DASHSCOPE_API_KEY for the real service; faults at"
                                + " http://localhost:" + emulator.port() + "/faults)",
                server.options().getPort());
    }

    @PreDestroy
    void stop() {
        if (emulator != null) {
            emulator.close();
        }
    }
}
