package dev.warmvoice.lambda;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.testing.Artifact;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One instance of the function as Lambda runs it: the packaged process, and the Runtime API it asks for events. */
public final class LambdaInstance implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final LambdaRuntimeApi api;
    private final Artifact artifact;

    private LambdaInstance(LambdaRuntimeApi api, Artifact artifact) {
        this.api = api;
        this.artifact = artifact;
    }

    /** Starts it, with nothing to do yet, and waits until it asks for an event. */
    public static LambdaInstance start(Map<String, String> settings) throws Exception {
        LambdaInstance function = launch(new LambdaRuntimeApi(TIMEOUT), settings);
        try {
            function.awaitIdle();
            return function;
        } catch (Exception | Error e) {
            function.close();
            throw e;
        }
    }

    /** Starts it for the event that has come already, and does not wait. */
    public static LambdaInstance launch(LambdaRuntimeApi api, Map<String, String> settings) {
        return new LambdaInstance(api, Artifact.launchOn(Artifact.freePort(), settings, environment(api)));
    }

    public static LambdaRuntimeApi runtimeApi() {
        return new LambdaRuntimeApi(TIMEOUT);
    }

    /** What Lambda sets for every function. */
    public static Map<String, String> environment(LambdaRuntimeApi api) {
        return new HashMap<>(Map.of("AWS_LAMBDA_RUNTIME_API", api.address(), "AWS_LAMBDA_FUNCTION_NAME", "speech",
                "AWS_LAMBDA_FUNCTION_VERSION", "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512",
                "AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand", "AWS_REGION", "eu-central-1",
                "AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023", "_HANDLER", "not.used",
                "LAMBDA_TASK_ROOT", "/var/task", "TZ", ":UTC"));
    }

    /** What it needs to be told to speak through an emulator. */
    public static Map<String, String> settings(Emulator emulator) {
        Map<String, String> settings = Artifact.settings(emulator);
        settings.put("warmvoice.rate.per-second", "0");
        return settings;
    }

    public CompletableFuture<LambdaInvocation.Outcome> invoke(FunctionUrlEvent event) {
        return api.invoke(event.toJson());
    }

    /** What the client gets, in the end. */
    public FunctionUrlAnswer answer(FunctionUrlEvent event) throws Exception {
        return answer(invoke(event));
    }

    public FunctionUrlAnswer speak(JsonObject body) throws Exception {
        return answer(FunctionUrlEvent.speech(body));
    }

    public static FunctionUrlAnswer answer(CompletableFuture<LambdaInvocation.Outcome> outcome) throws Exception {
        return FunctionUrlAnswer.of(await(outcome));
    }

    /** Fails where the event is not even asked for. */
    public static LambdaInvocation.Outcome await(CompletableFuture<LambdaInvocation.Outcome> outcome) throws Exception {
        return outcome.get(2 * TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Waits for the moment in which Lambda would freeze it. */
    void awaitIdle() throws Exception {
        api.idle().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    public LambdaRuntimeApi api() {
        return api;
    }

    public Artifact artifact() {
        return artifact;
    }

    @Override
    public void close() {
        artifact.close();
        api.close();
    }
}
