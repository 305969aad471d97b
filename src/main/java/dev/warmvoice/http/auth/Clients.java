package dev.warmvoice.http.auth;

import dev.warmvoice.http.error.ErrorResponse;
import dev.warmvoice.http.error.RefusedException;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.mutiny.redis.client.RedisAPI;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** Finds the client that a token belongs to; without configured tokens, all clients are one. Thread-safe. */
@Singleton
public class Clients {

    /** Paths of probes, which have no token. Compared as a whole: a path that merely begins like one needs a token. */
    private static final Set<String> OPEN = Set.of("/q/health", "/q/health/live", "/q/health/ready",
            "/q/health/started");

    private static final String SHARED = "warmvoice.rate.shared";
    private static final String ACCOUNT = "warmvoice.rate.account";

    private final Tokens tokens;
    private final List<Client> clients;
    private final Client anyone = Client.unlimited();

    @Inject
    Clients(AuthConfig auth, Config config, Instance<RedisAPI> redis) {
        this(auth, config, redis::get);
    }

    /** @param redis used only where the settings name one */
    Clients(AuthConfig auth, Config config, Supplier<RedisAPI> redis) {
        String configured = config.getConfigValue(Tokens.KEY).getValue();
        // The list omits blank entries. A secret that is empty by mistake must not disable the check.
        List<String> list = configured == null
                ? auth.tokens().orElse(List.of())
                : List.of(configured.split(",", -1));
        List<NamedTokens.Entry> named = NamedTokens.of(auth.namedTokens());
        tokens = new Tokens(list, named);
        if (tokens.count() == 0 && (auth.streamsPerToken().isPresent() || auth.ratePerToken().isPresent())) {
            throw new ConfigurationException("warmvoice.auth.streams-per-token and warmvoice.auth.rate-per-token"
                    + " count by token, and there is none in " + Tokens.KEY + ".");
        }
        clients = Stream.concat(
                IntStream.range(0, list.size())
                        .mapToObj(each -> client(Integer.toString(each + 1), tokens.digest(each), auth,
                                Budget.unlimited())),
                IntStream.range(0, named.size()).mapToObj(each -> client(named.get(each).name(),
                        named.get(each).sharedCache() ? Client.SHARED : tokens.digest(list.size() + each), auth,
                        budget(named.get(each), config, redis))))
                .toList();
    }

    private static Client client(String name, String scope, AuthConfig auth, Budget budget) {
        return new Client(name, scope, auth.streamsPerToken().orElse(Client.UNLIMITED),
                auth.ratePerToken().orElse(Client.UNLIMITED), budget);
    }

    private static Budget budget(NamedTokens.Entry token, Config config, Supplier<RedisAPI> redis) {
        if (token.charactersPerDay().isEmpty()) {
            return Budget.unlimited();
        }
        boolean isShared = config.getOptionalValue(SHARED, String.class).isPresent();
        Budget budget = new Budget(token.charactersPerDay().getAsLong(), InstantSource.system(),
                isShared ? new SharedUsage(redis.get(), config.getValue(ACCOUNT, String.class), token.name()) : null);
        budget.begin();
        return budget;
    }

    /** Creates this bean at start, so that a wrong setting stops the start and not the first request. */
    public void start(@Observes StartupEvent start) {
        // To be created is all that is needed.
    }

    /**
     * Admits a request and counts it.
     *
     * @param path the normalized path
     * @param token the request's; null if it has none
     * @throws RefusedException if the request has no configured token, or its client sends too many
     */
    public Client admit(String path, @Nullable String token) {
        if (clients.isEmpty() || OPEN.contains(path)) {
            return anyone;
        }
        OptionalInt index = token == null ? OptionalInt.empty() : tokens.indexOf(token);
        Client client = clients.get(index
                .orElseThrow(() -> new RefusedException(ErrorResponse.unauthorized())));
        client.acquireRequest();
        return client;
    }

    /** The client that stands for this process itself. It is not limited, and shares what is kept. */
    public Client own() {
        return anyone;
    }

    /** The unlimited client, for requests that were authenticated elsewhere. */
    Client unlimited() {
        return anyone;
    }
}
