package dev.warmvoice;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
@QuarkusTestResource(value = EmulatorResource.class, restrictToAnnotatedClass = true)
class SpeechIT extends SpeechScenarios {
}
