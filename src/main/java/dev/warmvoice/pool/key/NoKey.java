package dev.warmvoice.pool.key;

import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** None is configured: the process runs, and every connection fails as if the service had refused the key. */
final class NoKey implements ApiKeys {

    @Override
    public String current() {
        return "";
    }

    @Override
    public void maintain() {
        // There is nothing to read.
    }

    @Override
    public void onChange(Runnable listener) {
        // It never runs.
    }

    @Override
    public Connector connector(Connector connector, Duration connectTimeout) {
        return () -> CompletableFuture.failedFuture(
                new TaskFailedException(Reason.UNAUTHORIZED, "No API key is configured: set DASHSCOPE_API_KEY."));
    }
}
