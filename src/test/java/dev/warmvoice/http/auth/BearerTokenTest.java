package dev.warmvoice.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the token of a request is, and that it is gone afterwards. */
class BearerTokenTest {

    private static final String PROTOCOLS = "Sec-WebSocket-Protocol";

    @ParameterizedTest
    @CsvSource({"Bearer abc,abc", "bearer abc,abc", "BEARER  abc ,abc", "'Bearer a,b','a,b'", "Bearer a b,a b"})
    void isTheCredentialOfTheScheme(String authorization, String token) {
        assertThat(BearerToken.of(authorization)).contains(token);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "abc", "Bearer", "Bearerabc", "Basic abc", "Token abc"})
    void isMissingFromAnyOther(String authorization) {
        assertThat(BearerToken.of(authorization)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"bearer.YWJj|abc|", "warmvoice, bearer.YWJj|abc|warmvoice",
            "bearer.YWJj,warmvoice,other|abc|warmvoice, other", "warmvoice||warmvoice", "warmvoice, bearer.||warmvoice",
            "bearer.%%%||", "Bearer.YWJj||Bearer.YWJj"})
    void isTakenOutOfTheSubprotocols(String asked, String token, String left) {
        MultiMap headers = HeadersMultiMap.httpHeaders().add(PROTOCOLS, asked);
        assertThat(BearerToken.takeFrom(headers).filter(found -> !found.isEmpty()).orElse(null)).isEqualTo(token);
        assertThat(headers.get(PROTOCOLS)).isEqualTo(left);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer abc", "Basic abc", "abc"})
    void leavesNoAuthorizationBehind(String authorization) {
        MultiMap headers = HeadersMultiMap.httpHeaders().add("Authorization", authorization);
        BearerToken.takeFrom(headers);
        assertThat(headers.contains("Authorization")).isFalse();
    }
}
