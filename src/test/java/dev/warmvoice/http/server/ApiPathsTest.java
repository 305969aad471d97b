package dev.warmvoice.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiPathsTest {

    @ParameterizedTest
    @CsvSource({"/v1/audio/speech,/v1/audio/speech", "/v1/audio/speech/,/v1/audio/speech",
            "//v1/audio/speech,/v1/audio/speech", "/v1//audio//speech//,/v1/audio/speech",
            "/v1audio/speech,/v1/audio/speech", "/audio/speech,/v1/audio/speech", "//audio/speech,/v1/audio/speech",
            "/audio/speech/live/,/v1/audio/speech/live", "/models,/v1/models", "/models/,/v1/models",
            "/v1models,/v1/models", "/models/tts-1/,/v1/models/tts-1", "/v1/audio/voices/,/v1/audio/voices"})
    void areFoundHoweverTheyArePutTogether(String path, String canonical) {
        assertThat(ApiPaths.canonical(path)).isEqualTo(canonical);
        assertThat(ApiPaths.canonical(canonical)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "//", "/audio", "/audiobook/x", "/modelsx", "/v1", "/v1/", "//q/metrics", "/q/health/",
            "/page/audio/x", "/v2/audio/speech", "/v1/v1/models", "/x/v1/models"})
    void othersStayAsTheyAre(String path) {
        assertThat(ApiPaths.canonical(path)).isEqualTo(path);
    }
}
