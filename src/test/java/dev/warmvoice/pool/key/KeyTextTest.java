package dev.warmvoice.pool.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"sk-1", "sk-1\n", "  sk-1 \r\n", "{\"token\":\"sk-1\"}",
            "{\"token\":\"sk-1\",\"expires_at\":null}\n"})
    void takesTheKeyAloneOrInJson(String text) throws Exception {
        assertThat(key(text)).isEqualTo(new ApiKey("sk-1", null));
    }

    @Test
    void takesTheVendorsAnswer() throws Exception {
        assertThat(key("{\n\"token\": \"st-1\", \"expires_at\": 1744080369, \"request_id\": \"x\"}\n"))
                .isEqualTo(new ApiKey("st-1", Instant.ofEpochSecond(1_744_080_369)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"'';the-setting gives an empty key.", "' \n';the-setting gives an empty key.",
            "secret key;the-setting gives a key that is empty or has a character that is not visible ASCII.",
            "sécret;the-setting gives a key that is empty or has a character that is not visible ASCII.",
            "'{\"token\":\"\"}';the-setting gives a key that is empty or has a character that is not visible ASCII.",
            "'{\"token\":\"secret';the-setting gives JSON that cannot be read.",
            "'{secret';the-setting gives JSON that cannot be read.",
            "'{\"secret\":1}';the-setting gives JSON without a string \"token\".",
            "'{\"token\":[\"secret\"]}';the-setting gives JSON without a string \"token\".",
            "'{\"token\":\"secret\",\"expires_at\":1744080369000}';"
                    + "the-setting gives an \"expires_at\" that is no time in seconds since 1970.",
            "'{\"token\":\"secret\",\"expires_at\":-1}';"
                    + "the-setting gives an \"expires_at\" that is no time in seconds since 1970.",
            "'{\"token\":\"secret\",\"expires_at\":{}}';"
                    + "the-setting gives an \"expires_at\" that is no time in seconds since 1970.",
            "'{\"token\":\"secret\",\"expires_at\":\"soon\"}';"
                    + "the-setting gives an \"expires_at\" that is no time in seconds since 1970."})
    void namesTheSettingAndQuotesNothing(String text, String sentence) {
        assertThatThrownBy(() -> key(text)).isInstanceOf(KeyUnavailableException.class).hasMessage(sentence)
                .hasNoCause();
    }

    @Test
    void leavesTheValueOutOfText() {
        assertThat(new ApiKey("secret", Instant.EPOCH).toString()).doesNotContain("secret");
    }

    private static ApiKey key(String text) throws KeyUnavailableException {
        return new KeyText("the-setting", text.getBytes(StandardCharsets.UTF_8)).key();
    }
}
