package dev.warmvoice.http.live;

import dev.warmvoice.testing.EmulatorResource;
import dev.warmvoice.testing.OnBinary;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
@QuarkusTestResource(value = EmulatorResource.class, restrictToAnnotatedClass = true, initArgs = {
        @ResourceArg(name = "warmvoice.pool.size", value = "" + LiveScenarios.POOL),
        @ResourceArg(name = "warmvoice.live.ping-interval", value = "1s"),
        @ResourceArg(name = "warmvoice.task.text-timeout", value = "1500ms")})
@OnBinary
class LiveIT extends LiveScenarios {
}
