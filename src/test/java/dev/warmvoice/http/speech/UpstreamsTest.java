package dev.warmvoice.http.speech;

import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.TwoUpstreams;
import dev.warmvoice.testing.TwoUpstreams.Services;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;

@QuarkusTest
@QuarkusTestResource(value = TwoUpstreams.class, restrictToAnnotatedClass = true)
class UpstreamsTest extends UpstreamsScenarios {

    @TestHTTPResource("/")
    URI base;

    Services services;

    @Override
    Services services() {
        return services;
    }

    @Override
    Api api() {
        return new Api(base);
    }
}
