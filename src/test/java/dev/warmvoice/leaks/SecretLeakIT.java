package dev.warmvoice.leaks;

class SecretLeakIT extends SecretLeakScenarios {
}
