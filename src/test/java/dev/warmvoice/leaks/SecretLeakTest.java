package dev.warmvoice.leaks;

import org.junit.jupiter.api.Order;

@Order(Integer.MAX_VALUE)
class SecretLeakTest extends SecretLeakScenarios {
}
