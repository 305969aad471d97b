package dev.warmvoice.http.speech;

import dev.warmvoice.testing.EmulatorResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
@QuarkusTestResource(value = EmulatorResource.class, restrictToAnnotatedClass = true)
class SpeechIT extends SpeechScenarios {
}
