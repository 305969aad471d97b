package dev.warmvoice.http.live;

import dev.warmvoice.testing.EmulatorResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import org.junit.jupiter.api.condition.EnabledIf;

@QuarkusIntegrationTest
@EnabledIf(value = "dev.warmvoice.testing.Artifact#isWorthIt", disabledReason = "the jar runs only with -Dtests=full")
@QuarkusTestResource(value = EmulatorResource.class, restrictToAnnotatedClass = true, initArgs = {
        @ResourceArg(name = "warmvoice.pool.size", value = "" + LiveScenarios.POOL),
        @ResourceArg(name = "warmvoice.live.ping-interval", value = "1s"),
        @ResourceArg(name = "warmvoice.task.text-timeout", value = "1500ms")})
class LiveIT extends LiveScenarios {
}
