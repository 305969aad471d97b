package dev.warmvoice.dashscope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionLimitsTest {

    @Test
    void leavesRoomForReplacementsWhereTheEnvironmentIsSilent() {
        assertThat(ConnectionLimits.of(Map.of(), 4)).isEqualTo(new ConnectionLimits(16, 16, 16));
    }

    @Test
    void takesTheVendorsVariables() {
        assertThat(ConnectionLimits.of(Map.of("DASHSCOPE_CONNECTION_POOL_SIZE", "2000",
                "DASHSCOPE_MAXIMUM_ASYNC_REQUESTS", " 1000 ", "DASHSCOPE_MAXIMUM_ASYNC_REQUESTS_PER_HOST", "500"), 500))
                .isEqualTo(new ConnectionLimits(2000, 1000, 500));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DASHSCOPE_CONNECTION_POOL_SIZE", "DASHSCOPE_MAXIMUM_ASYNC_REQUESTS",
            "DASHSCOPE_MAXIMUM_ASYNC_REQUESTS_PER_HOST"})
    void refusesFewerConnectionsThanThePoolHas(String variable) {
        assertThatThrownBy(() -> ConnectionLimits.of(Map.of(variable, "3"), 4)).hasMessageStartingWith(variable)
                .hasMessageContaining("at least the 4 connections");
    }

    @Test
    void refusesWhatIsNoNumber() {
        assertThatThrownBy(() -> ConnectionLimits.of(Map.of("DASHSCOPE_MAXIMUM_ASYNC_REQUESTS", "many"), 4))
                .hasMessage("DASHSCOPE_MAXIMUM_ASYNC_REQUESTS must be a whole number, but is \"many\".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "0", "-1", "100000", ""})
    void refusesAProxyPortThatIsNone(String port) {
        assertThatThrownBy(() -> ConnectionLimits.of(Map.of("DASHSCOPE_PROXY_PORT", port), 4))
                .hasMessage("DASHSCOPE_PROXY_PORT must be a port number, but is \"" + port + "\".");
    }
}
