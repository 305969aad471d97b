package dev.warmvoice;

import org.junit.jupiter.api.Order;

@Order(Integer.MAX_VALUE)
class SecretLeakIT extends SecretLeakScenarios {
}
