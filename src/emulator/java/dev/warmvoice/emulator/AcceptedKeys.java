package dev.warmvoice.emulator;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The keys that open a connection now: permanent ones, and temporary ones made from them. Lives on the event loop. */
final class AcceptedKeys {

    private static final String SCHEME = "Bearer ";

    /** A temporary key and the second in which it expires, since 1970. */
    record Temporary(String token, long expiresAt) {

        /** @return what the service answers */
        String json() {
            return new JsonObject().put("token", token).put("expires_at", expiresAt).encode();
        }
    }

    private final Set<String> permanent = new HashSet<>();
    private final Map<String, Instant> temporary = new HashMap<>();

    AcceptedKeys(String first) {
        permanent.add(first);
    }

    /** Accepts these and no others, temporary ones included. */
    void accept(Collection<String> keys) {
        permanent.clear();
        temporary.clear();
        permanent.addAll(keys);
    }

    Temporary makeTemporary(Duration lifetime) {
        temporary.values().removeIf(end -> !end.isAfter(Instant.now()));
        Instant end = Instant.now().plus(lifetime);
        String token = "st-" + UUID.randomUUID();
        temporary.put(token, end);
        return new Temporary(token, end.getEpochSecond());
    }

    boolean accepts(String key) {
        Instant end = temporary.get(key);
        return permanent.contains(key) || end != null && end.isAfter(Instant.now());
    }

    boolean isPermanent(String key) {
        return permanent.contains(key);
    }

    /** @return the key in the header or in the address, where the vendor's sample for browsers has it; empty without */
    static String of(HttpServerRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization == null) {
            return request.getParam("api_key", "");
        }
        boolean bearer = authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return bearer ? authorization.substring(SCHEME.length()).strip() : "";
    }
}
