package dev.warmvoice.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.testing.Artifact;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One Lambda instance: the packaged process and the Runtime API that it polls. */
public final class LambdaInstance implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final LambdaRuntimeApi api;
    private final Artifact artifact;

    private LambdaInstance(LambdaRuntimeApi api, Artifact artifact) {
        this.api = api;
        this.artifact = artifact;
    }

    /** Starts an instance without an event, and waits until it polls. */
    public static LambdaInstance start(Map<String, String> settings) throws Exception {
        return start(settings, TIMEOUT);
    }

    /** @param timeout the function's, from an event to its deadline */
    public static LambdaInstance start(Map<String, String> settings, Duration timeout) throws Exception {
        return started(launch(new LambdaRuntimeApi(timeout), settings));
    }

    /** Starts an instance of a function with response streaming, and waits until it polls. */
    public static LambdaInstance startStreaming(Map<String, String> settings) throws Exception {
        return startStreaming(settings, TIMEOUT);
    }

    /** @param timeout the function's, from an event to its deadline */
    public static LambdaInstance startStreaming(Map<String, String> settings, Duration timeout) throws Exception {
        LambdaRuntimeApi api = new LambdaRuntimeApi(timeout);
        Map<String, String> environment = environment(api);
        environment.put("WARMVOICE_LAMBDA_INVOKE_MODE", "RESPONSE_STREAM");
        return started(new LambdaInstance(api, Artifact.launchOn(Artifact.freePort(), settings, environment)));
    }

    private static LambdaInstance started(LambdaInstance function) throws Exception {
        try {
            function.awaitIdle();
            return function;
        } catch (Exception | Error e) {
            function.close();
            throw e;
        }
    }

    /** Starts an instance for an event that is already queued, and does not wait. */
    public static LambdaInstance launch(LambdaRuntimeApi api, Map<String, String> settings) {
        return new LambdaInstance(api, Artifact.launchOn(Artifact.freePort(), settings, environment(api)));
    }

    public static LambdaRuntimeApi runtimeApi() {
        return new LambdaRuntimeApi(TIMEOUT);
    }

    /** The environment that Lambda sets for every function. */
    public static Map<String, String> environment(LambdaRuntimeApi api) {
        return new HashMap<>(Map.of("AWS_LAMBDA_RUNTIME_API", api.address(), "AWS_LAMBDA_FUNCTION_NAME", "speech",
                "AWS_LAMBDA_FUNCTION_VERSION", "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512",
                "AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand", "AWS_REGION", "eu-central-1",
                "AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023", "_HANDLER", "not.used",
                "LAMBDA_TASK_ROOT", "/var/task", "TZ", ":UTC"));
    }

    /** The settings for an instance that uses an emulator. */
    public static Map<String, String> settings(Emulator emulator) {
        Map<String, String> settings = Artifact.settings(emulator);
        settings.put("warmvoice.rate.per-second", "0");
        return settings;
    }

    public CompletableFuture<LambdaInvocation.Outcome> invoke(FunctionUrlEvent event) {
        return api.invoke(event.toJson());
    }

    /** Sends an event to a function that streams, and returns what arrives of the response from its first byte on. */
    public StreamedAnswer stream(FunctionUrlEvent event) throws Exception {
        return api.queue(event.toJson().encode()).streamed();
    }

    /** Sends an event to a function that streams, and waits for the end of its response. */
    public StreamedAnswer whole(FunctionUrlEvent event) throws Exception {
        LambdaInvocation invocation = api.queue(event.toJson().encode());
        await(invocation.outcome());
        return invocation.streamed();
    }

    /** The response that the client receives once the invocation ends. */
    public FunctionUrlAnswer answer(FunctionUrlEvent event) throws Exception {
        return answer(invoke(event));
    }

    public FunctionUrlAnswer speak(JsonObject body) throws Exception {
        return answer(FunctionUrlEvent.speech(body));
    }

    public static FunctionUrlAnswer answer(CompletableFuture<LambdaInvocation.Outcome> outcome) throws Exception {
        return FunctionUrlAnswer.of(await(outcome));
    }

    /** Fails if the function does not poll for the event. */
    public static LambdaInvocation.Outcome await(CompletableFuture<LambdaInvocation.Outcome> outcome) throws Exception {
        return outcome.get(2 * TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Waits for the moment at which Lambda would freeze the instance. */
    void awaitIdle() throws Exception {
        api.idle().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Fails if the function has posted an error, or the platform has refused something. */
    public void assertNoObjections() {
        assertThat(api.errors()).as("posted as errors").isEmpty();
        assertThat(api.refused()).as("rejected by the platform").isEmpty();
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
