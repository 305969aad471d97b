package dev.warmvoice.leaks;

class SecretLeakTest extends SecretLeakScenarios {
}
