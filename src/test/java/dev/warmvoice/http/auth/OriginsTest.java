package dev.warmvoice.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {

    private static final String ALLOWED = "https://app.example";

    private final Origins sameOnly = new Origins(false, Optional.of(List.of(ALLOWED)));
    private final Origins withCors = new Origins(true, Optional.of(List.of(ALLOWED, "/https://.*[.]test[.]example/")));

    /** A request's {@code Origin}, {@code Sec-Fetch-Site} and {@code Host}, and whether it is cross-origin. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
            "-,-,a.example,false",
            "-,-,-,false",
            "-,none,a.example,false",
            "-,cross-site,a.example,true",
            "-,same-site,a.example,true",
            "http://a.example,-,a.example,false",
            "https://a.example,-,a.example,false",
            "http://a.example,-,a.example:80,false",
            "https://a.example,-,a.example:443,false",
            "https://a.example:443,-,a.example,false",
            "https://A.example,-,a.EXAMPLE,false",
            "http://a.example:8080,-,a.example:8080,false",
            "http://[::1]:8080,-,[::1]:8080,false",
            "http://a.example:8080,-,a.example:8081,true",
            "http://a.example,-,a.example:443,true",
            "http://a.example,-,a.example:8080,true",
            "http://b.example,-,a.example,true",
            "http://a.example.b.example,-,a.example,true",
            "null,-,a.example,true",
            "null,-,null,true",
            "'',-,a.example,true",
            "nonsense %%,-,a.example,true",
            "http://,-,a.example,true",
            "http://a.example,-,-,true",
            "http://a.example,-,'',true",
            "http://a.example,-,b.example@a.example,true",
            "http://b.example,same-origin,a.example,false",
            "http://a.example,cross-site,a.example,true",
            "http://a.example,nonsense,a.example,true",
            "https://app.example,-,a.example,true"})
    void recognizesCrossOriginRequests(String origin, String fetchSite, String host, boolean foreign) {
        assertThat(sameOnly.isForeign(origin, fetchSite, host)).isEqualTo(foreign);
    }

    @Test
    void acceptsOriginsThatCorsAllows() {
        for (String fetchSite : new String[]{null, "cross-site"}) {
            assertThat(withCors.isForeign(ALLOWED, fetchSite, "a.example")).isFalse();
            assertThat(withCors.isForeign("https://x.test.example", fetchSite, "a.example")).isFalse();
            assertThat(withCors.isForeign("https://b.example", fetchSite, "a.example")).isTrue();
        }
        assertThat(withCors.isForeign("https://a.example", null, "a.example")).isFalse();
        assertThat(new Origins(true, Optional.of(List.of("*"))).isForeign("https://b.example", "cross-site", "a"))
                .isFalse();
        assertThat(new Origins(true, Optional.empty()).isForeign("https://b.example", "cross-site", "a")).isTrue();
    }
}
