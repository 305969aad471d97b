package dev.warmvoice.emulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A CosyVoice service under test, with its connections, which it closes on close. */
abstract class ServiceUnderTest implements AutoCloseable {

    private final ServiceAccount account;
    private final Duration second;
    private final List<TestClient> clients = new ArrayList<>();

    /** @param second the duration that stands for one second of the real service's timers */
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
