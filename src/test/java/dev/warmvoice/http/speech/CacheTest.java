package dev.warmvoice.http.speech;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.testing.EmulatorResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.Map;

@QuarkusTest
@QuarkusTestResource(value = CacheTest.Service.class, restrictToAnnotatedClass = true)
class CacheTest extends CacheScenarios {

    Emulator emulator;

    @TestHTTPResource("/")
    URI base;

    /** With a cache. */
    public static class Service extends EmulatorResource {

        @Override
        public void init(Map<String, String> arguments) {
            super.init(settings());
        }
    }

    @Override
    Emulator emulator() {
        return emulator;
    }

    @Override
    URI base() {
        return base;
    }
}
