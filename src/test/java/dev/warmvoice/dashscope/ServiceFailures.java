package dev.warmvoice.dashscope;

import dev.warmvoice.dashscope.TaskFailedException.Reason;

/** Failures as the service would report them, for tests that have no service. */
public final class ServiceFailures {

    private ServiceFailures() {
    }

    public static TaskFailedException of(Reason reason, String code) {
        return new TaskFailedException(reason, code, "The service failed the task with " + code + ".");
    }
}
