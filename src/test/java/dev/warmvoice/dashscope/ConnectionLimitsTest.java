package dev.warmvoice.dashscope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionLimitsTest {

    @Test
    void defaultsLeaveRoomForReplacements() {
        assertThat(ConnectionLimits.of(Map.of(), 4)).isEqualTo(new ConnectionLimits(16, 16, 16));
    }

    @Test
    void readsTheVendorVariables() {
        assertThat(ConnectionLimits.of(Map.of("DASHSCOPE_CONNECTION_POOL_SIZE", "2000",
                "DASHSCOPE_MAXIMUM_ASYNC_REQUESTS", " 1000 ", "DASHSCOPE_MAXIMUM_ASYNC_REQUESTS_PER_HOST", "500"), 499))
                .isEqualTo(new ConnectionLimits(2000, 1000, 500));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DASHSCOPE_CONNECTION_POOL_SIZE", "DASHSCOPE_MAXIMUM_ASYNC_REQUESTS",
            "DASHSCOPE_MAXIMUM_ASYNC_REQUESTS_PER_HOST"})
    void rejectsLimitsWithoutRoomForAReplacement(String variable) {
        assertThatThrownBy(() -> ConnectionLimits.of(Map.of(variable, "4"), 4)).hasMessageStartingWith(variable)
                .hasMessageContaining("more than the 4 connections");
        assertThat(ConnectionLimits.of(Map.of(variable, "5"), 4)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "0", "-1", "100001", "99999999999"})
    void rejectsAnInvalidNumberOfConnections(String value) {
        assertThatThrownBy(() -> ConnectionLimits.of(Map.of("DASHSCOPE_MAXIMUM_ASYNC_REQUESTS", value), 4))
                .hasMessage("DASHSCOPE_MAXIMUM_ASYNC_REQUESTS is \"" + value
                        + "\" and must be a whole number from 1 to 100000.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "0", "-1", "65536", "99999", ""})
    void rejectsAnInvalidProxyPort(String port) {
        assertThatThrownBy(() -> ConnectionLimits.of(Map.of("DASHSCOPE_PROXY_PORT", port), 4)).hasMessage(
                "DASHSCOPE_PROXY_PORT is \"" + port + "\" and must be a whole number from 1 to 65535.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DASHSCOPE_CONNECTION_TIMEOUT", "DASHSCOPE_READ_TIMEOUT", "DASHSCOPE_WRITE_TIMEOUT",
            "DASHSCOPE_CONNECTION_IDLE_TIME"})
    void rejectsSecondsThatTheSdkRejects(String variable) {
        for (String value : new String[]{"soon", "0", "-1", "3601", ""}) {
            assertThatThrownBy(() -> ConnectionLimits.of(Map.of(variable, value), 4))
                    .hasMessage(variable + " is \"" + value + "\" and must be a whole number from 1 to 3600.");
        }
        assertThat(ConnectionLimits.of(Map.of(variable, "3600"), 4)).isNotNull();
    }
}
