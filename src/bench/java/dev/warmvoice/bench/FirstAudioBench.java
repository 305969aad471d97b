package dev.warmvoice.bench;

import dev.warmvoice.lambda.FunctionUrlAnswer;
import dev.warmvoice.lambda.FunctionUrlEvent;
import dev.warmvoice.lambda.LambdaInstance;
import dev.warmvoice.lambda.LambdaInvocation;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.LiveClient;
import dev.warmvoice.testing.Sample;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The latency of one warm client: to the first audio over HTTP, and to the last through Lambda's stand-in, compared
 * with a bare client on an open connection. The clients alternate, so that other load on the machine affects both.
 */
class FirstAudioBench {

    private static final String SENTENCE = "Good morning. Your train leaves at nine.";
    private static final int WARM_UP = 300;
    private static final int TURNS = 1000;

    @Test
    void overHttp() throws Exception {
        try (ServiceProcess service = ServiceProcess.start().rehearsed(SENTENCE);
                Artifact artifact = Artifact.start(service.settings(4));
                LoadClient bare = new BareClient(service.url(), Expected.parameters());
                LoadClient http = new HttpLoadClient(artifact.base())) {
            Sample limit = new Sample();
            Sample ours = new Sample();
            for (int i = 0; i < WARM_UP + TURNS; i++) {
                long bareNanos = verified(bare).firstNanos();
                long ourNanos = verified(http).firstNanos();
                if (i >= WARM_UP) {
                    limit.addNanos(bareNanos);
                    ours.addNanos(ourNanos);
                }
            }
            double median = ours.median() - limit.median();
            double p99 = ours.p99() - limit.p99();
            new Report("01-first-audio-http").data("bare client, ms", limit).data("warmvoice, ms", ours)
                    .row("first audio over HTTP, warm, one client, ms: median, p99 of " + TURNS, Report.figures(ours),
                            "bare client " + Report.figures(limit),
                            "+ ≤ 1.5, + ≤ 5: " + Report.plus(median) + ", " + Report.plus(p99),
                            median <= 1.5 && p99 <= 5)
                    .write();
        }
    }

    /** Measures from the first text frame. The JDK's WebSocket client accounts for part of the difference. */
    @Test
    void overTheLiveSocket() throws Exception {
        try (ServiceProcess service = ServiceProcess.start().rehearsed(SENTENCE);
                Artifact artifact = Artifact.start(service.settings(4));
                LoadClient bare = new BareClient(service.url(), Expected.parameters());
                LiveClient live = new LiveClient(artifact.base())) {
            Sample limit = new Sample();
            Sample ours = new Sample();
            for (int i = 0; i < WARM_UP + TURNS; i++) {
                long bareNanos = verified(bare).firstNanos();
                live.start(new JsonObject()).next("started");
                long begin = System.nanoTime();
                List<Object> heard = live.text(SENTENCE).finish().until("finished");
                Expected.verify(SENTENCE, LiveClient.audio(heard));
                if (i >= WARM_UP) {
                    limit.addNanos(bareNanos);
                    ours.addNanos(live.firstFrameNanos() - begin);
                }
            }
            new Report("01-first-audio-live").data("bare client, ms", limit).data("warmvoice, ms", ours)
                    .row("the same on a live socket, from its first text", Report.figures(ours),
                            "bare client " + Report.figures(limit),
                            "–: " + Report.plus(ours.median() - limit.median()) + ", "
                                    + Report.plus(ours.p99() - limit.p99()),
                            null)
                    .write();
        }
    }

    @Test
    void onLambda() throws Exception {
        try (ServiceProcess service = ServiceProcess.start().rehearsed(SENTENCE);
                LambdaInstance function = LambdaInstance.start(service.settings(1));
                LoadClient bare = new BareClient(service.url(), Expected.parameters())) {
            FunctionUrlEvent event = FunctionUrlEvent
                    .speech(new JsonObject().put("input", SENTENCE));
            Sample limit = new Sample();
            Sample ours = new Sample();
            for (int i = 0; i < WARM_UP + TURNS; i++) {
                long bareNanos = verified(bare).lastNanos();
                long begin = System.nanoTime();
                LambdaInvocation.Outcome outcome = LambdaInstance.await(function.invoke(event));
                long ourNanos = System.nanoTime() - begin;
                FunctionUrlAnswer answer = FunctionUrlAnswer.of(outcome);
                if (answer.status() != 200) {
                    throw new IOException("status " + answer.status());
                }
                Expected.verify(SENTENCE, answer.body());
                if (i >= WARM_UP) {
                    limit.addNanos(bareNanos);
                    ours.addNanos(ourNanos);
                }
            }
            double median = ours.median() - limit.median();
            new Report("02-lambda").data("bare client, ms", limit).data("warmvoice, ms", ours)
                    .row("last audio through Lambda's stand-in, warm, ms: median, p99 of " + TURNS,
                            Report.figures(ours),
                            "bare client " + Report.figures(limit), "+ ≤ 5: " + Report.plus(median), median <= 5)
                    .write();
        }
    }

    private static LoadClient.Heard verified(LoadClient client) throws IOException {
        LoadClient.Heard heard = client.speak(SENTENCE);
        Expected.verify(SENTENCE, heard.audio());
        return heard;
    }

}
