package dev.warmvoice.faults;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warmvoice.lambda.FunctionUrlAnswer;
import dev.warmvoice.lambda.FunctionUrlEvent;
import dev.warmvoice.lambda.LambdaInstance;
import dev.warmvoice.testing.Artifact;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The fault matrix on Lambda. Errors are HTTP answers: no cell ends an invocation with a function error. */
@EnabledOnOs(OS.LINUX)
class LambdaFaultsIT extends LambdaFaultScenarios {

    LambdaFaultsIT() {
        super(EntryPoint.LAMBDA);
    }

    /** There is no HTTP server to ask for metrics. */
    @Override
    int races() {
        return 0;
    }

    @Override
    void open(Map<String, String> settings) throws Exception {
        assumeTrue(Artifact.isNative(), "on a JVM, Quarkus polls for events in dev mode and in tests only");
        function = LambdaInstance.start(settings);
    }

    @Override
    Heard speak(String text) throws Exception {
        FunctionUrlAnswer answer = function.speak(new JsonObject().put("input", text));
        return answer.status() == 200
                ? new Heard("200", answer.body())
                : new Heard(answer.status() + " " + answer.error().getString("code"), new byte[0]);
    }

    @Override
    JsonObject health() throws Exception {
        return function.answer(FunctionUrlEvent.get("/q/health/ready")).json();
    }
}
