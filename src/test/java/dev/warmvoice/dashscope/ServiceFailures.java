package dev.warmvoice.dashscope;

import dev.warmvoice.dashscope.TaskFailedException.Reason;

/** Failures as the service reports them, for tests without a service. */
public final class ServiceFailures {

    private ServiceFailures() {
    }

    public static TaskFailedException of(Reason reason, String code) {
        return new TaskFailedException(reason, code, "The service failed the task with " + code + ".");
    }
}
