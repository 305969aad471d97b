package dev.warmvoice.faults;

import static dev.warmvoice.faults.ExpectedOutcome.EITHER_WAY;
import static dev.warmvoice.faults.ExpectedOutcome.RETRIED;
import static dev.warmvoice.faults.ExpectedOutcome.SERVED;
import static dev.warmvoice.faults.ExpectedOutcome.brokenOff;
import static dev.warmvoice.faults.ExpectedOutcome.brokenOffAtOnce;
import static dev.warmvoice.faults.ExpectedOutcome.refused;

import dev.warmvoice.emulator.Cancel;
import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.emulator.FinishedShape;
import dev.warmvoice.testing.NetworkFault;
import dev.warmvoice.testing.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The expected outcome of a request for each fault. {@link FaultScenarios} tries every cell, and {@code docs/faults.md}
 * shows them.
 */
public final class FaultMatrix {

    /** A network fault that begins in a phase. */
    record NetworkCell(NetworkFault trouble, Phase phase, ExpectedOutcome outcome) {

        @Override
        public String toString() {
            return trouble + ", " + phase + ": " + outcome;
        }
    }

    /**
     * A fault of the service itself.
     *
     * @param always whether each task has the fault, not only the next
     */
    public record ServiceFault(Fault fault, boolean always, ExpectedOutcome outcome) {

        /** Whether the fault affects connections opened while it lasts. */
        boolean isOfNewConnections() {
            return fault instanceof Fault.OfHandshake || fault instanceof Fault.HandshakeDelay
                    || fault instanceof Fault.OfConnection;
        }

        @Override
        public String toString() {
            return fault + (always ? ", each time: " : ": ") + outcome;
        }
    }

    private static final ExpectedOutcome UNREACHABLE = refused(503, "upstream_unavailable");
    private static final ExpectedOutcome THROTTLED = refused(429, "rate_limit_exceeded");
    private static final ExpectedOutcome NO_AUDIO = refused(504, "first_audio_timeout");
    private static final ExpectedOutcome CUT = brokenOff(502, "upstream_error");
    private static final ExpectedOutcome CUT_AT_ONCE = brokenOffAtOnce(502, "upstream_error");
    private static final ExpectedOutcome STALLED = brokenOff(504, "stall_timeout");

    /** The number of frames before a fault in mid-audio, of about 20 in all. */
    private static final int MIDDLE = 8;
    private static final String UNKNOWN_EVENT = "{\"header\":{\"task_id\":\"" + Fault.TextMessage.TASK_ID
            + "\",\"event\":\"unheard-of\"},\"payload\":{}}";
    private static final Duration LATE = Duration.ofMillis(200);
    private static final Duration SOON = Duration.ofMillis(200);

    private FaultMatrix() {
    }

    /**
     * Outcomes in the order of {@link Phase}. For the return phase, the outcome is that of the next request, made while
     * the fault lasts; the request before it is always served.
     */
    private static Map<NetworkFault, List<ExpectedOutcome>> ofNetwork() {
        Map<NetworkFault, List<ExpectedOutcome>> rows = new LinkedHashMap<>();
        // A second task may win the race against a late one.
        rows.put(NetworkFault.LATENCY, List.of(SERVED, EITHER_WAY, EITHER_WAY, SERVED, SERVED, SERVED, EITHER_WAY));
        rows.put(NetworkFault.BANDWIDTH, List.of(SERVED, SERVED, SERVED, SERVED, SERVED, SERVED, SERVED));
        rows.put(NetworkFault.SLICER, List.of(SERVED, SERVED, SERVED, SERVED, SERVED, SERVED, SERVED));
        rows.put(NetworkFault.TIMEOUT_UP, List.of(UNREACHABLE, RETRIED, RETRIED, SERVED, SERVED, SERVED, RETRIED));
        rows.put(NetworkFault.TIMEOUT_DOWN,
                List.of(UNREACHABLE, RETRIED, RETRIED, NO_AUDIO, STALLED, STALLED, RETRIED));
        rows.put(NetworkFault.TIMEOUT, List.of(UNREACHABLE, RETRIED, RETRIED, NO_AUDIO, STALLED, STALLED, RETRIED));
        rows.put(NetworkFault.RESET_PEER, List.of(UNREACHABLE, EITHER_WAY, RETRIED, RETRIED, CUT, CUT, EITHER_WAY));
        rows.put(NetworkFault.HALF_CLOSE_DOWN,
                List.of(UNREACHABLE, EITHER_WAY, RETRIED, RETRIED, CUT, CUT, EITHER_WAY));
        // The frame of the phase still arrives before the service closes its end too.
        rows.put(NetworkFault.HALF_CLOSE_UP,
                List.of(UNREACHABLE, EITHER_WAY, RETRIED, CUT_AT_ONCE, CUT, SERVED, EITHER_WAY));
        return rows;
    }

    static List<NetworkCell> networkFaults() {
        List<NetworkCell> cells = new ArrayList<>();
        ofNetwork().forEach((trouble, outcomes) -> {
            for (Phase phase : Phase.values()) {
                cells.add(new NetworkCell(trouble, phase, outcomes.get(phase.ordinal())));
            }
        });
        return cells;
    }

    public static List<ServiceFault> serviceFaults() {
        return List.of(
                once(new Fault.HandshakeDelay(LATE), SERVED),
                always(new Fault.HandshakeStatus(401), refused(502, "upstream_auth")),
                always(new Fault.HandshakeStatus(403), refused(502, "upstream_auth")),
                always(new Fault.HandshakeStatus(500), UNREACHABLE),
                always(new Fault.HandshakeStatus(503), UNREACHABLE),
                always(new Fault.HandshakeHang(), UNREACHABLE),
                once(new Fault.EarlyCut(), SERVED),
                always(new Fault.IdleCut(SOON, Cut.CLOSE_FRAME), EITHER_WAY),
                always(new Fault.IdleCut(SOON, Cut.FIN), EITHER_WAY),
                always(new Fault.IdleCut(SOON, Cut.RST), EITHER_WAY),
                always(new Fault.IdleCut(SOON, Cut.VANISH), RETRIED),
                once(new Fault.StartDelay(LATE), EITHER_WAY),
                once(new Fault.FirstAudioDelay(LATE), SERVED),
                once(new Fault.FrameBytes(10), SERVED),
                once(new Fault.Pacing(0.5), SERVED),
                always(new Fault.CancelAnswer(Cancel.NEVER), SERVED),
                once(new Fault.RunTaskRefused(), RETRIED),
                always(new Fault.RunTaskRefused(), refused(502, "InvalidParameter")),
                once(new Fault.Throttled(), RETRIED),
                always(new Fault.Throttled(), THROTTLED),
                once(new Fault.FailAtRunTask("InternalError", "down"), RETRIED),
                once(new Fault.FailAtRunTask("AllocationQuota.FreeTierOnly", "used up"),
                        refused(502, "AllocationQuota.FreeTierOnly")),
                once(Fault.FailAtRunTask.burstRate(), RETRIED),
                always(Fault.FailAtRunTask.burstRate(), THROTTLED),
                once(Fault.FailAtRunTask.engineError(), refused(400, "invalid_value")),
                once(Fault.FailAtRunTask.allocationQuota(), refused(502, "Throttling.AllocationQuota")),
                once(new Fault.NoTaskStarted(), RETRIED),
                always(new Fault.NoTaskStarted(), refused(504, "start_timeout")),
                once(new Fault.Silence(), NO_AUDIO),
                once(new Fault.EmptyTask(), RETRIED),
                always(new Fault.EmptyTask(), refused(502, "upstream_error")),
                once(new Fault.FailBeforeAudio("InternalError", "down"), RETRIED),
                always(new Fault.FailBeforeAudio("InternalError", "down"), refused(502, "InternalError")),
                once(new Fault.FailBeforeAudio("InvalidParameter", "no"), refused(400, "InvalidParameter")),
                once(new Fault.FailAfterAudio("InternalError", "down", MIDDLE), brokenOff(502, "InternalError")),
                once(new Fault.Stall(0), NO_AUDIO),
                once(new Fault.Stall(MIDDLE), STALLED),
                once(new Fault.CloseFrame(1000, 0), RETRIED),
                once(new Fault.CloseFrame(1001, 0), RETRIED),
                once(new Fault.CloseFrame(1007, 0), refused(400, "invalid_value")),
                once(new Fault.CloseFrame(1011, 0), RETRIED),
                always(new Fault.CloseFrame(1011, 0), refused(502, "upstream_error")),
                once(new Fault.CloseFrame(1000, MIDDLE), CUT),
                once(new Fault.CloseFrame(1001, MIDDLE), CUT),
                once(new Fault.CloseFrame(1007, MIDDLE), CUT),
                once(new Fault.CloseFrame(1011, MIDDLE), CUT),
                once(new Fault.CloseWithReason(1007, "Model not found (x)!", -1), refused(404, "model_not_found")),
                once(new Fault.CloseWithReason(1007, "Model not found (x)!", MIDDLE), CUT),
                once(new Fault.Fin(0), RETRIED),
                once(new Fault.Fin(MIDDLE), CUT),
                once(new Fault.Rst(0), RETRIED),
                always(new Fault.Rst(0), refused(502, "upstream_error")),
                once(new Fault.Rst(MIDDLE), CUT),
                once(new Fault.NoTaskFinished(), STALLED),
                once(new Fault.FinishedAs(FinishedShape.OUTPUT_NULL), SERVED),
                once(new Fault.FinishedAs(FinishedShape.OUTPUT_EMPTY), SERVED),
                once(new Fault.FinishedAs(FinishedShape.USAGE_NULL), SERVED),
                once(new Fault.FinishedAs(FinishedShape.USAGE_ABSENT), SERVED),
                once(new Fault.FinishedAs(FinishedShape.WITH_ATTRIBUTES), SERVED),
                once(new Fault.LateFrame(), SERVED),
                once(new Fault.ForeignEvent(), CUT_AT_ONCE),
                once(new Fault.Garbage(), CUT_AT_ONCE),
                once(new Fault.TextMessage(UNKNOWN_EVENT, MIDDLE), CUT),
                once(new Fault.LongMessage(1 << 20, MIDDLE), SERVED),
                once(new Fault.LongMessage(3 << 20, 0), RETRIED),
                once(new Fault.LongMessage(3 << 20, MIDDLE), CUT),
                once(new Fault.EndlessMessage(0), RETRIED),
                once(new Fault.EndlessMessage(MIDDLE), CUT),
                once(new Fault.EmptyFrames(100, MIDDLE), SERVED),
                once(new Fault.EmptyFrames(5000, 0), RETRIED),
                once(new Fault.EmptyFrames(5000, MIDDLE), CUT),
                once(new Fault.EarlyFrame(400), RETRIED),
                always(new Fault.EarlyFrame(400), refused(502, "upstream_error")));
    }

    private static ServiceFault once(Fault fault, ExpectedOutcome outcome) {
        return new ServiceFault(fault, false, outcome);
    }

    private static ServiceFault always(Fault fault, ExpectedOutcome outcome) {
        return new ServiceFault(fault, true, outcome);
    }

    /** Renders {@code docs/faults.md}. */
    static String markdown() {
        StringBuilder page = new StringBuilder(
                """
                        # Faults

                        What becomes of a request when something goes wrong between Warmvoice and the service. The tables are
                        those of [`FaultMatrix`](../src/test/java/dev/warmvoice/faults/FaultMatrix.java), and a test compares them;
                        `HttpFaultsIT`, `LiveFaultsIT` and `LambdaFaultsIT` try each cell at each way in, on whatever was
                        packaged; nightly so does `LambdaStreamingFaultsIT`, where the outcomes are those of HTTP. 2 s after each one the pool has to be whole again, with no socket more than before, and the next
                        request is served over it, byte by byte; how long that took is in `target/faults-….md` then.

                        ## Of the network

                        On one connection, or on every new one for the handshake, or on all that are open for idle ones. At
                        return it is the next request that is looked at, made while the trouble lasts.

                        """);
        page.append("| trouble |");
        Stream.of(Phase.values()).forEach(phase -> page.append(' ').append(phase).append(" |"));
        page.append("\n|").append(" --- |".repeat(Phase.values().length + 1)).append('\n');
        ofNetwork().forEach((trouble, outcomes) -> page.append("| ").append(trouble).append(" | ")
                .append(outcomes.stream().map(ExpectedOutcome::toString).collect(Collectors.joining(" | ")))
                .append(" |\n"));
        page.append("""

                ## Of the service

                Each of the emulator's faults, once or each time.

                | fault | | outcome |
                | --- | --- | --- |
                """);
        serviceFaults().forEach(cell -> page.append("| `").append(cell.fault).append("` | ")
                .append(cell.always ? "each time" : "once").append(" | ").append(cell.outcome).append(" |\n"));
        page.append(
                """

                        ## What the client sees

                        What was served was served to the last byte. What was broken off is a beginning of the audio and cannot
                        be mistaken for the whole; on AWS Lambda, buffered, nothing of it is answered, and streaming it ends with error trailers.

                        | outcome | HTTP | live socket | AWS Lambda, buffered |
                        | --- | --- | --- | --- |
                        """);
        Stream.concat(networkFaults().stream().map(NetworkCell::outcome),
                serviceFaults().stream().map(ServiceFault::outcome)).distinct()
                .forEach(outcome -> page.append("| ").append(outcome).append(" | ")
                        .append(Stream.of(EntryPoint.values()).map(door -> String.join(" or ", door.tells(outcome)))
                                .collect(Collectors.joining(" | ")))
                        .append(" |\n"));
        return page.toString();
    }
}
