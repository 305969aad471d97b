package dev.warmvoice.pool.upstream;

import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.dashscope.TaskSpec;
import dev.warmvoice.pool.upstream.Hop.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where one request may go, and has been: at each hop at most once, but for those that could not take it at once.
 * Thread-safe, does not block.
 */
public final class Route {

    private final TaskSpec spec;
    private final List<Hop> hops;
    private final UpstreamMetrics metrics;
    // Guarded by this.
    private final Set<Hop> left;
    /** Hops that had no turn for the request at once. They are good enough after a failure. */
    private final Set<Hop> passed = new LinkedHashSet<>();
    /** Hops of which it has been counted that the request did not go there. */
    private final Set<Hop> avoided = new LinkedHashSet<>();

    /** @param hops the preferred ones first: by model, then by upstream */
    Route(TaskSpec spec, List<Hop> hops, UpstreamMetrics metrics) {
        this.spec = spec;
        this.hops = hops;
        this.metrics = metrics;
        this.left = new LinkedHashSet<>(hops);
    }

    /** The best hop to begin with; empty if no upstream serves the model. */
    public synchronized Optional<Hop> first() {
        return take(best());
    }

    /**
     * Where to go on after a failure before there was audio.
     *
     * @param otherwise whether the same hop would be tried again: then another one only if it is ready
     * @return empty if nowhere, or if another hop would fail the request too
     */
    public synchronized Optional<Hop> afterFailure(Hop from, TaskFailedException why, boolean otherwise) {
        if (hops.size() == 1 || !Hop.isWorthAnother(why)) {
            return Optional.empty();
        }
        if (why.reason() != Reason.UNREACHABLE && why.reason() != Reason.UNAUTHORIZED) {
            from.failed(why);
        }
        return count(from, Hop.tag(why), otherwise ? ready() : best());
    }

    /** Whether there is more than one hop at all. */
    public boolean hasAlternatives() {
        return hops.size() > 1;
    }

    /** Whether another hop could take the request at once. */
    public synchronized boolean isAnotherReady() {
        return ready().isPresent();
    }

    /**
     * Where to go on since a hop has no turn for the request.
     *
     * @param reason for the metrics
     * @return empty if no other could take the request at once
     */
    public synchronized Optional<Hop> afterWait(Hop from, String reason) {
        Optional<Hop> next = count(from, reason, ready());
        if (next.isPresent()) {
            passed.add(from);
        }
        return next;
    }

    /** Another hop that could take the same task at once, beside one that is slow to start it; empty if there is none. */
    public synchronized Optional<Hop> beside(Hop slow) {
        Optional<Hop> other = ready().filter(hop -> hop.model().equals(slow.model()));
        other.ifPresent(left::remove);
        return other;
    }

    /** A hop has not started a task by the time that another one {@linkplain #beside beside} it has. */
    public void overtaken(Hop slow) {
        TaskFailedException why = new TaskFailedException(Reason.NOT_STARTED, "Another upstream was faster.");
        slow.failed(why);
        synchronized (this) {
            if (avoided.add(slow)) {
                metrics.failedOver(slow.upstream(), Hop.tag(why));
            }
        }
    }

    /** There is audio. */
    public void succeeded(Hop hop) {
        if (hops.size() > 1) {
            hop.succeeded();
        }
    }

    private Optional<Hop> count(Hop from, String reason, Optional<Hop> next) {
        if (next.isPresent() && avoided.add(from)) {
            metrics.failedOver(from.upstream(), reason);
        }
        return take(next);
    }

    /** One that is ready: of the most wanted model, at the most wanted upstream. */
    private Optional<Hop> ready() {
        return left.stream().filter(hop -> hop.state() == State.READY).findFirst();
    }

    /** What is ready; else the shortest queue of the most wanted model; else what may fail, those that rest last. */
    private Optional<Hop> best() {
        if (hops.size() == 1) {
            return left.stream().findFirst();
        }
        List<Choice> choices = new ArrayList<>();
        left.forEach(hop -> choices.add(new Choice(hop, hop.state(), hop.pool().waiting())));
        passed.forEach(hop -> choices.add(new Choice(hop, State.BUSY, hop.pool().waiting())));
        Set<String> usable = choices.stream().filter(Choice::isUsable).map(choice -> choice.hop.model())
                .collect(Collectors.toSet());
        Optional<String> model = hops.stream().map(Hop::model).filter(usable::contains).findFirst();
        return choices.stream().filter(choice -> model.isEmpty() || choice.isOf(model.get())).min(Choice.ORDER)
                .map(Choice::hop);
    }

    private Optional<Hop> take(Optional<Hop> next) {
        next.ifPresent(hop -> {
            hops.stream().takeWhile(each -> each != hop).filter(left::contains).filter(avoided::add)
                    .forEach(this::passOver);
            left.remove(hop);
            passed.remove(hop);
        });
        return next;
    }

    private void passOver(Hop hop) {
        metrics.failedOver(hop.upstream(), hop.obstacle());
        hop.probe(spec);
    }

    private record Choice(Hop hop, State state, int waiting) {

        private static final Comparator<Choice> ORDER = Comparator.comparing(Choice::state)
                .thenComparing(choice -> choice.hop.restsUntil()).thenComparing(Choice::waiting);

        boolean isUsable() {
            return state == State.READY || state == State.BUSY;
        }

        boolean isOf(String model) {
            return hop.model().equals(model);
        }
    }
}
