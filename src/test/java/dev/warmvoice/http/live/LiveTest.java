package dev.warmvoice.http.live;

import dev.warmvoice.testing.EmulatorResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
@QuarkusTestResource(value = EmulatorResource.class, restrictToAnnotatedClass = true, initArgs = {
        @ResourceArg(name = "warmvoice.pool.size", value = "" + LiveScenarios.POOL),
        @ResourceArg(name = "warmvoice.live.ping-interval", value = "1s"),
        @ResourceArg(name = "warmvoice.task.text-timeout", value = "1500ms")})
class LiveTest extends LiveScenarios {
}
