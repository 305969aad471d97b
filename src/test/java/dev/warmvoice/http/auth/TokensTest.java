package dev.warmvoice.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {

    private static final String PLAIN = "plain-token-4711";
    /** Of {@code digested-token-0815}. */
    private static final String DIGEST = "da696594215290288edfbfdc2b601446268d622060f3a3be80036f853d092d95";

    private final Tokens tokens = new Tokens(List.of(" " + PLAIN + " ", "sha256:" + DIGEST));

    @Test
    void knowsTokensByThemselvesAndByTheirDigests() {
        assertThat(tokens.count()).isEqualTo(2);
        assertThat(tokens.indexOf(PLAIN)).hasValue(0);
        assertThat(tokens.indexOf("digested-token-0815")).hasValue(1);
        assertThat(new Tokens(List.of("sha256:" + DIGEST.toUpperCase())).indexOf("digested-token-0815")).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "wrong", PLAIN + "x", PLAIN + " " + PLAIN, "sha256:" + DIGEST, DIGEST, "\u00e4"})
    void knowsNothingElse(String token) {
        assertThat(tokens.indexOf(token)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"' '|is blank", "sha256:12|64 hexadecimal digits", "a b|not visible ASCII",
            "\u00e4|not visible ASCII"})
    void namesAnInvalidEntryByItsNumber(String entry, String complaint) {
        assertThatThrownBy(() -> new Tokens(List.of(PLAIN, entry))).isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("Entry 2 of warmvoice.auth.tokens").hasMessageContaining(complaint)
                .hasMessageNotContaining(PLAIN);
    }
}
