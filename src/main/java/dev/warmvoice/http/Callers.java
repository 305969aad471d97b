package dev.warmvoice.http;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.Config;

/** Who is calling, as the token tells that comes with the call. Where no tokens are configured, anyone. Thread-safe. */
@Singleton
class Callers {

    /** What probes ask, which have no token. By name, so that no path that only begins like them slips through. */
    private static final Set<String> OPEN = Set.of("/q/health", "/q/health/live", "/q/health/ready",
            "/q/health/started", "/q/health/well");

    private final Tokens tokens;
    private final List<Caller> callers;
    private final Caller anyone = Caller.unlimited();

    Callers(AuthConfig auth, Config config) {
        String configured = config.getConfigValue(Tokens.KEY).getValue();
        // The list leaves out what is blank. A secret that turned out empty must not open the doors.
        tokens = new Tokens(
                configured == null ? auth.tokens().orElse(List.of()) : List.of(configured.split(",", -1)));
        if (tokens.count() == 0 && (auth.streamsPerToken().isPresent() || auth.ratePerToken().isPresent())) {
            throw new ConfigurationException("warmvoice.auth.streams-per-token and warmvoice.auth.rate-per-token"
                    + " count by token, and there is none in " + Tokens.KEY + ".");
        }
        callers = IntStream.range(0, tokens.count())
                .mapToObj(each -> new Caller(auth.streamsPerToken(), auth.ratePerToken())).toList();
    }

    /** What is configured wrongly is noticed now, and not when the first caller comes. */
    void start(@Observes StartupEvent start) {
        // Being made is all there is to it.
    }

    /**
     * Lets a request in, and counts it.
     *
     * @param path where it goes, normalized
     * @throws RefusedException if it brings no token that is configured, or comes too soon
     */
    Caller admit(String path, Optional<String> token) {
        if (callers.isEmpty() || OPEN.contains(path)) {
            return anyone;
        }
        Caller caller = callers.get(token.stream().flatMapToInt(it -> tokens.indexOf(it).stream()).findFirst()
                .orElseThrow(() -> new RefusedException(ErrorAnswer.unauthorized())));
        caller.ask();
        return caller;
    }

    /** Whoever it is, by whatever way somebody else has let him in. */
    Caller anyone() {
        return anyone;
    }
}
