package dev.warmvoice.emulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A CosyVoice to be tried, and the connections to it, which it closes when it is closed. */
abstract class ServiceUnderTest implements AutoCloseable {

    private final ServiceAccount account;
    private final Duration second;
    private final List<TestClient> clients = new ArrayList<>();

    /** @param second how long it takes for what the real service's timers take a second for */
    ServiceUnderTest(ServiceAccount account, Duration second) {
        this.account = account;
        this.second = second;
    }

    ServiceAccount account() {
        return account;
    }

    Duration seconds(int count) {
        return second.multipliedBy(count);
    }

    TestClient connect() {
        return connect(account);
    }

    TestClient connect(ServiceAccount with) {
        TestClient client = TestClient.connect(with);
        clients.add(client);
        return client;
    }

    @Override
    public void close() {
        clients.forEach(TestClient::close);
    }
}
