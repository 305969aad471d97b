package dev.warmvoice.bench;

import dev.warmvoice.lambda.FunctionUrlEvent;
import dev.warmvoice.lambda.LambdaInstance;
import dev.warmvoice.lambda.LambdaInvocation;
import dev.warmvoice.lambda.LambdaRuntimeApi;
import dev.warmvoice.lambda.StreamedAnswer;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Sample;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The time from an event to the first byte of audio at the Runtime API: from the process itself, and through a stand-in of the
 * Lambda Web Adapter, by turns.
 */
class LambdaStreamingBench {

    private static final String SENTENCE = "Good morning.";
    private static final int WARM_UP = 200;
    private static final int REQUESTS = 300;

    @Test
    void firstAudio() throws Exception {
        try (ServiceProcess service = ServiceProcess.start().rehearsed(SENTENCE);
                LambdaInstance own = LambdaInstance.startStreaming(service.settings(1));
                LambdaRuntimeApi platform = LambdaInstance.runtimeApi();
                Artifact behind = Artifact.start(service.settings(1));
                WebAdapter adapter = new WebAdapter(platform.address(), behind.base().getPort())) {
            adapter.begin();
            Sample direct = new Sample();
            Sample adapted = new Sample();
            for (int i = -WARM_UP; i < REQUESTS; i++) {
                long ours = firstAudio(own.api());
                long theirs = firstAudio(platform);
                if (i >= 0) {
                    direct.addNanos(ours);
                    adapted.addNanos(theirs);
                }
            }
            new Report("10-lambda-streaming").data("own", direct).data("adapter", adapted)
                    .row("first audio at the Runtime API, ms: median, p99 of " + REQUESTS, Report.figures(direct),
                            "through the adapter's stand-in " + Report.figures(adapted), "≤ the adapter's",
                            direct.median() <= adapted.median())
                    .write();
        }
    }

    private static long firstAudio(LambdaRuntimeApi platform) throws Exception {
        String event = FunctionUrlEvent.speech(new JsonObject(Map.of("input", SENTENCE))).toJson().encode();
        long begin = System.nanoTime();
        LambdaInvocation invocation = platform.queue(event);
        StreamedAnswer answer = invocation.streamed();
        while (answer.body().length == 0) {
            Thread.onSpinWait();
        }
        long took = System.nanoTime() - begin;
        LambdaInstance.await(invocation.outcome());
        Expected.verify(SENTENCE, answer.body());
        return took;
    }
}
