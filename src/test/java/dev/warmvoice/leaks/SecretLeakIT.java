package dev.warmvoice.leaks;

import dev.warmvoice.testing.Artifact;
import java.io.IOException;

class SecretLeakIT extends SecretLeakScenarios {

    @Override
    boolean hasFewTests() throws IOException {
        return !Artifact.isNative();
    }
}
