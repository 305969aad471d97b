package dev.warmvoice.http.auth;

import io.quarkus.websockets.next.HandshakeRequest;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The token of a request: in the header {@code Authorization}, or, since browsers cannot set that header for a WebSocket,
 * in one of the subprotocols. A token in the URL does not count, since URLs end up in logs.
 */
public final class BearerToken {

    private static final String SCHEME = "Bearer ";
    private static final String SUBPROTOCOL = "bearer.";

    private BearerToken() {
    }

    /** The token in the value of an {@code Authorization} header, which may be null. */
    public static Optional<String> of(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? Optional.of(authorization.substring(SCHEME.length()).strip())
                : Optional.empty();
    }

    /** Reads the token and removes it from the request's headers, so that no later code can log it or send it back. */
    static Optional<String> takeFrom(MultiMap headers) {
        Optional<String> token = of(headers.get(HttpHeaders.AUTHORIZATION));
        headers.remove(HttpHeaders.AUTHORIZATION);
        Optional<String> asked = takeSubprotocol(headers);
        return token.isPresent() ? token : asked;
    }

    private static Optional<String> takeSubprotocol(MultiMap headers) {
        if (!headers.contains(HandshakeRequest.SEC_WEBSOCKET_PROTOCOL)) {
            return Optional.empty();
        }
        List<String> asked = headers.getAll(HandshakeRequest.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(value -> Stream.of(value.split(","))).map(String::strip).toList();
        Optional<String> bearer = asked.stream().filter(BearerToken::isBearer).findFirst();
        if (bearer.isEmpty()) {
            return Optional.empty();
        }
        List<String> others = asked.stream().filter(protocol -> !isBearer(protocol)).toList();
        if (others.isEmpty()) {
            headers.remove(HandshakeRequest.SEC_WEBSOCKET_PROTOCOL);
        } else {
            headers.set(HandshakeRequest.SEC_WEBSOCKET_PROTOCOL, String.join(", ", others));
        }
        return bearer.flatMap(protocol -> decode(protocol.substring(SUBPROTOCOL.length())));
    }

    private static boolean isBearer(String protocol) {
        return protocol.startsWith(SUBPROTOCOL);
    }

    private static Optional<String> decode(String base64Url) {
        try {
            return Optional.of(new String(Base64.getUrlDecoder().decode(base64Url), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
