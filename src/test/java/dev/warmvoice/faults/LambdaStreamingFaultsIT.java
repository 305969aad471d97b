package dev.warmvoice.faults;

import dev.warmvoice.lambda.FunctionUrlEvent;
import dev.warmvoice.lambda.LambdaInstance;
import dev.warmvoice.lambda.StreamedAnswer;
import dev.warmvoice.testing.Nightly;
import dev.warmvoice.testing.OnBinary;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The fault matrix on Lambda with response streaming, where it is what HTTP has: an answer that breaks off says so. */
@EnabledOnOs(OS.LINUX)
@OnBinary
@Nightly
class LambdaStreamingFaultsIT extends LambdaFaultScenarios {

    LambdaStreamingFaultsIT() {
        super(EntryPoint.HTTP);
    }

    @Override
    void open(Map<String, String> settings) throws Exception {
        function = LambdaInstance.startStreaming(settings);
    }

    @Override
    Heard speak(String text) throws Exception {
        StreamedAnswer answer = function.whole(FunctionUrlEvent.speech(new JsonObject().put("input", text)));
        if (answer.status() != 200) {
            return new Heard(answer.status() + " " + answer.json().getJsonObject("error").getString("code"),
                    new byte[0]);
        }
        return answer.errorType().isPresent()
                ? new Heard(EntryPoint.HTTP.breakingOff(null), answer.body())
                : new Heard(EntryPoint.HTTP.success(), answer.body());
    }

    @Override
    JsonObject health() throws Exception {
        return function.whole(FunctionUrlEvent.get("/q/health/ready")).json();
    }
}
