package dev.warmvoice.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.lambda.FunctionUrlAnswer;
import dev.warmvoice.lambda.FunctionUrlEvent;
import dev.warmvoice.lambda.LambdaInstance;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.OnBinary;
import dev.warmvoice.testing.PoolHealth;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** Hostile Lambda events: each gets an answer, and none a function error. */
@AddLifecycleHook(LambdaFuzzIT.OfABinary.class)
@OnBinary
class LambdaFuzzIT {

    /** Skips on a JVM, where Quarkus polls for events in dev mode and in tests only. */
    static final class OfABinary implements SkipExecutionHook {

        @Override
        public SkipResult shouldBeSkipped(LifecycleContext context) {
            try {
                return Artifact.isNative() ? SkipResult.doNotSkip() : SkipResult.skip("a jar does not poll for events");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final FuzzCounts COUNTS = new FuzzCounts();
    private static Emulator emulator;
    private static LambdaInstance function;

    @BeforeContainer
    static void start() throws Exception {
        emulator = FuzzTarget.emulator();
        function = LambdaInstance.start(FuzzTarget.settings(emulator));
    }

    @AfterContainer
    static void stop() throws Exception {
        try (Emulator service = emulator; LambdaInstance instance = function) {
            COUNTS.write("lambda");
            assertThat(instance.speak(new JsonObject().put("input", "Good morning.")).body())
                    .isEqualTo(Emulator.audioOf(service.journal().lastTask()));
            await().untilAsserted(
                    () -> assertThat(PoolHealth.of(instance.answer(FunctionUrlEvent.get("/q/health/ready")).json()))
                            .isEqualTo(PoolHealth.atRest(FuzzTarget.POOL_SIZE)));
            assertThat(instance.api().errors()).as("posted as errors").isEmpty();
            assertThat(instance.api().refused()).as("rejected by the platform").isEmpty();
            assertThat(instance.artifact().errors()).isEmpty();
        }
    }

    @Property
    void everyEventIsAnswered(@ForAll("events") String event) throws Exception {
        FunctionUrlAnswer answer = LambdaInstance.answer(function.api().invoke(event));
        COUNTS.add("event", Integer.toString(answer.status()));
        assertThat(answer.status()).as(() -> new String(answer.body())).isNotIn(500, 501, 503, 504);
        if (answer.status() >= 400) {
            FuzzTarget.assertNoTrace(new String(answer.body()));
            FuzzTarget.assertError(answer.error());
        }
    }

    /** The platform sends valid JSON only. */
    @Provide
    Arbitrary<String> events() {
        Arbitrary<Object> bodies = SpeechBodies.json().map(Object.class::cast);
        Arbitrary<Object> headers = HostileInput.objects(Map.of("content-type",
                Arbitraries.of("application/json", "text/plain", ";", "application/json;charset=x"), "authorization",
                Arbitraries.of("Bearer x", "Bearer"), "Content-Length", Arbitraries.of("-1", "x")))
                .map(Object.class::cast);
        Arbitrary<String> calls = Combinators.combine(bodies, headers, odd(Arbitraries.of("POST", "GET", "", "PUT")),
                odd(Arbitraries.of("/v1/audio/speech", "/v1/audio/speech", "/v1/models", "/v1/models/", "/q/health", "",
                        "/q/metrics", "//", "/v1/models/%")),
                odd(Arbitraries.of(false, false, false, true)),
                HostileInput.objects(Map.of("version", Arbitraries.of("2.0", "1.0"), "cookies", HostileInput.values(),
                        "queryStringParameters", HostileInput.values(), "requestContext", HostileInput.values(),
                        "rawPath",
                        HostileInput.strings())))
                .as((body, header, method, path, base64, more) -> {
                    Map<String, Object> event = new LinkedHashMap<>();
                    event.put("requestContext", Map.of("http", method == null || path == null
                            ? Map.of()
                            : Map.of("method", method, "path", path)));
                    event.put("headers", header);
                    event.put("body", body);
                    event.put("isBase64Encoded", base64);
                    event.putAll(more);
                    return Json.encode(event);
                });
        return Arbitraries.frequencyOf(Tuple.of(5, calls), Tuple.of(1, HostileInput.values().map(Json::encode)));
    }

    private static <T> Arbitrary<Object> odd(Arbitrary<T> usual) {
        return Arbitraries.frequencyOf(Tuple.of(15, usual.map(Object.class::cast)), Tuple.of(1, HostileInput.values()));
    }
}
