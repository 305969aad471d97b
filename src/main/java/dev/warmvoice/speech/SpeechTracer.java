package dev.warmvoice.speech;

import dev.warmvoice.time.Heartbeat;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reports each utterance as a span when it is over, with a span inside for each of its steps, and what the cache plays as
 * another one. No attribute has the text. Names are those of OpenTelemetry's conventions for generative AI where they have
 * one. Thread-safe, does not block.
 */
@Singleton
public class SpeechTracer {

    private static final String SCOPE = "dev.warmvoice";

    private final @Nullable Tracer tracer;

    @Inject
    SpeechTracer(OpenTelemetry telemetry, TracesConfig config) {
        this(config.endpoint().isPresent() ? telemetry.getTracer(SCOPE) : null);
    }

    private SpeechTracer(@Nullable Tracer tracer) {
        this.tracer = tracer;
    }

    /** One that reports nothing. */
    public static SpeechTracer off() {
        return new SpeechTracer(null);
    }

    /** Reports an utterance to the trace of the request that begins it, which is the current one. */
    void follow(Utterance utterance, SpeechRequest request, Timeline timeline, Heartbeat time) {
        Tracer to = tracer;
        if (to == null) {
            return;
        }
        Context parent = Context.current();
        utterance.result().whenComplete((done, failure) -> utterance.over().thenRun(
                () -> new Report(to, timeline, time).send(parent, utterance, request, done, failure)));
    }

    /**
     * Reports what the cache plays to the trace of the request that wants it, which is the current one.
     *
     * @param kind where it came from; asked for when it is over
     */
    public void follow(Playback player, SpeechRequest request, Supplier<Reuse.Kind> kind) {
        Tracer to = tracer;
        if (to == null) {
            return;
        }
        Span span = to.spanBuilder("cache").setAttribute("gen_ai.request.model", request.model()).startSpan();
        player.result().whenComplete((done, failure) -> player.over().thenRun(() -> {
            span.setAttribute("warmvoice.cache", kind.get().toString());
            endWith(failure, span);
            span.end();
        }));
    }

    private static void endWith(@Nullable Throwable failure, Span span) {
        if (failure != null) {
            span.setStatus(StatusCode.ERROR);
            span.setAttribute("error.type", failure instanceof SpeechException why ? why.code() : "error");
        }
    }

    /** The spans of one utterance, which is over. */
    private static final class Report {

        private final Tracer tracer;
        private final Timeline timeline;
        private final long now;
        /** Between the process's own clock and the time of day. */
        private final long offset;

        Report(Tracer tracer, Timeline timeline, Heartbeat time) {
            this.tracer = tracer;
            this.timeline = timeline;
            this.now = time.running();
            Instant wall = Instant.now();
            this.offset = TimeUnit.SECONDS.toNanos(wall.getEpochSecond()) + wall.getNano() - now;
        }

        void send(Context parent, Utterance utterance, SpeechRequest request, SpeechEvent.@Nullable Done done,
                @Nullable Throwable failure) {
            Span span = begin(parent, "speech " + request.model(), SpanKind.CLIENT, timeline.begun());
            span.setAttribute("gen_ai.operation.name", "speech");
            span.setAttribute("gen_ai.output.type", "speech");
            span.setAttribute("gen_ai.provider.name", "alibaba_cloud");
            span.setAttribute("gen_ai.request.model", request.model());
            span.setAttribute("gen_ai.response.model", utterance.model());
            utterance.taskId().ifPresent(id -> span.setAttribute("gen_ai.response.id", id));
            utterance.upstream().ifPresent(upstream -> span.setAttribute("warmvoice.upstream", upstream));
            if (done != null) {
                span.setAttribute("gen_ai.usage.input_tokens", done.inputTokens());
                span.setAttribute("gen_ai.usage.output_tokens", done.outputTokens());
                span.setAttribute("warmvoice.usage.characters", done.characters());
            }
            endWith(failure, span);
            Context inside = parent.with(span);
            for (Timeline.Entry entry : timeline.entries()) {
                end(begin(inside, entry.step().label(), SpanKind.INTERNAL, entry.begun()), entry.ended());
            }
            end(span, now);
        }

        private Span begin(Context parent, String name, SpanKind kind, long at) {
            return tracer.spanBuilder(name).setParent(parent).setSpanKind(kind)
                    .setStartTimestamp(offset + at, TimeUnit.NANOSECONDS).startSpan();
        }

        private void end(Span span, long at) {
            span.end(offset + at, TimeUnit.NANOSECONDS);
        }
    }
}
