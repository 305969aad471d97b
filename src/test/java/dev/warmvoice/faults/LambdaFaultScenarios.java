package dev.warmvoice.faults;

import dev.warmvoice.lambda.LambdaInstance;
import dev.warmvoice.testing.Artifact;

/** The fault matrix on AWS Lambda, where an instance has one request at a time. */
abstract class LambdaFaultScenarios extends FaultScenarios {

    /** Null until it has started. */
    LambdaInstance function;

    LambdaFaultScenarios(EntryPoint door) {
        super(door, 1);
    }

    @Override
    void close() {
        if (function != null) {
            function.close();
            function.assertNoObjections();
        }
    }

    @Override
    Artifact artifact() {
        return function.artifact();
    }
}
