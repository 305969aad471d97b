package dev.warmvoice.http.dev;

import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.vertx.http.HttpServerStart;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Logs what speaks, and a first command to try. */
@IfBuildProfile("dev")
@ApplicationScoped
class DevGreeting {

    private static final Logger LOG = Logger.getLogger("dev.warmvoice");

    void greet(@ObservesAsync HttpServerStart server, DevConfig dev,
            @ConfigProperty(name = "warmvoice.dashscope.url") Optional<String> url) {
        LOG.infof("Spoken by %1$s. Open http://localhost:%2$d/ or try: curl -s localhost:%2$d/v1/audio/speech"
                + " -H 'Content-Type: application/json' -d '{\"input\":\"Hello, this is Warmvoice.\"}'"
                + " -o morning.mp3",
                dev.emulator().map(emulator -> "the emulator (set DASHSCOPE_API_KEY for the real service; faults at "
                        + emulator.resolve("/faults") + ")").orElse(url.orElse("the service")),
                server.options().getPort());
    }
}
