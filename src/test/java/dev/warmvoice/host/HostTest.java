package dev.warmvoice.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HostTest {

    @ParameterizedTest
    @MethodSource
    void isDetectedByItsEnvironment(Map<String, String> environment, Host host) {
        assertThat(Host.of(environment)).isEqualTo(host);
    }

    static Stream<Arguments> isDetectedByItsEnvironment() {
        Map.Entry<String, String> api = Map.entry("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001");
        return Stream.of(
                Arguments.of(Map.of(), Host.LOCAL),
                Arguments.of(Map.of("PATH", "/usr/bin", "PORT", "9000"), Host.LOCAL),
                Arguments.of(Map.of("DASHSCOPE_API_KEY", "k", "AWS_REGION", "eu-central-1"), Host.LOCAL),
                Arguments.of(Map.ofEntries(api), Host.LAMBDA),
                Arguments.of(Map.ofEntries(api, Map.entry("AWS_LAMBDA_FUNCTION_NAME", "f")), Host.LAMBDA),
                Arguments.of(Map.ofEntries(api, Map.entry("AWS_LAMBDA_EXEC_WRAPPER", "/opt/other")), Host.LAMBDA),
                Arguments.of(Map.ofEntries(api, Map.entry("AWS_LWA_PORT", "")), Host.LAMBDA),
                Arguments.of(Map.of("AWS_LAMBDA_RUNTIME_API", ""), Host.LOCAL),
                Arguments.of(Map.ofEntries(api, Map.entry("AWS_LWA_PORT", "8080")), Host.LAMBDA_WEB_ADAPTER),
                Arguments.of(Map.ofEntries(api, Map.entry("AWS_LWA_INVOKE_MODE", "response_stream")),
                        Host.LAMBDA_WEB_ADAPTER),
                Arguments.of(Map.ofEntries(api, Map.entry("AWS_LAMBDA_EXEC_WRAPPER", "/opt/bootstrap")),
                        Host.LAMBDA_WEB_ADAPTER),
                Arguments.of(Map.of("AWS_LWA_PORT", "8080"), Host.LAMBDA_WEB_ADAPTER),
                Arguments.of(Map.of("FC_SERVER_PORT", "9000"), Host.FUNCTION_COMPUTE),
                Arguments.of(Map.of("FC_FUNCTION_NAME", "tts"), Host.FUNCTION_COMPUTE),
                Arguments.of(Map.of("FC_INSTANCE_ID", "c-1"), Host.FUNCTION_COMPUTE),
                Arguments.of(Map.of("FC_CUSTOM_LISTEN_PORT", "9000"), Host.FUNCTION_COMPUTE),
                Arguments.of(Map.of("FC_SERVER_PORT", "", "FC_FUNCTION_NAME", ""), Host.LOCAL),
                Arguments.of(Map.of("FC_LANG", "de"), Host.LOCAL));
    }
}
