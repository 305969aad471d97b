package dev.warmvoice.speech;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.dashscope.ManualConnector;
import dev.warmvoice.dashscope.ServiceFailures;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskFailedException.Part;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.pool.ManualPool;
import dev.warmvoice.pool.upstream.ManualUpstreams;
import dev.warmvoice.speech.SpeechException.Kind;
import dev.warmvoice.speech.SpeechRequest.Encoding;
import dev.warmvoice.speech.SpeechRequest.HotFix;
import dev.warmvoice.speech.SpeechRequest.Prosody;
import dev.warmvoice.time.ManualWorkers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests at two upstreams, of which the first is wanted more, on a clock and services that the test controls. */
@Timeout(10)
class FailoverTest {

    private static final Duration BEAT = Duration.ofMillis(250);
    private static final int FRAME = 4000;
    private static final String MODEL = "plus";
    private static final String FALLBACK = "flash";

    private final ManualWorkers workers = new ManualWorkers();
    private final ManualConnector a = new ManualConnector();
    private final ManualConnector b = new ManualConnector();
    private final ManualPool poolOfA = new ManualPool(a, workers, 2, 3);
    private final ManualPool poolOfB = new ManualPool(b, workers, 2, 3);
    private ManualUpstreams upstreams = new ManualUpstreams(poolOfA, Set.of(), poolOfB, Set.of(), Map.of());
    private SpeechService service = service();

    private SpeechService service() {
        return new SpeechService(upstreams.upstreams(), new Limits(Duration.ofSeconds(5), Duration.ofSeconds(3),
                Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(20)),
                new SpeechMetrics(new SimpleMeterRegistry()), SpeechTracer.off(), workers, poolOfA.heartbeat());
    }

    private record Limits(Duration connectTimeout, Duration startTimeout, Duration firstAudioTimeout,
            Duration stallTimeout, Duration textTimeout) implements TaskConfig {
    }

    @Test
    void theFirstUpstreamServesWhileItCan() {
        warmUp();
        assertSpokenAt(a);
        assertThat(b.tasks()).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = Reason.class, names = {"SPENT", "SERVICE", "PROTOCOL", "DISCONNECTED", "THROTTLED"})
    void aTaskThatFailsBeforeAudioGoesOnAtTheOther(Reason reason) {
        warmUp();
        CompletableFuture<Speech> speech = speak();
        a.lastTask().started().fail(reason);
        workers.run();
        assertSpoken(speech, b);
        assertThat(upstreams.failovers("a", reason.name().toLowerCase(Locale.ROOT))).isEqualTo(1);
        assertThat(poolOfA.active()).as("places in use at the first").isZero();
    }

    @Test
    void theOtherSpeaksTheWholeText() {
        warmUp();
        CompletableFuture<Speech> speech = speak();
        a.lastTask().started().fail(Reason.SERVICE);
        workers.run();
        assertThat(b.lastTask().texts()).containsExactly("Good morning.");
        assertSpoken(speech, b);
    }

    @Test
    void nothingIsRepeatedAfterTheFirstAudio() {
        warmUp();
        CompletableFuture<Speech> speech = speak();
        a.lastTask().started().audio(FRAME).fail(Reason.SERVICE);
        workers.run();
        assertThat(speech).isCompleted();
        assertThat(a.tasks()).isEqualTo(1);
        assertThat(b.tasks()).isZero();
    }

    @Test
    void aTaskThatIsSlowToStartRacesWithOneAtTheOther() {
        warmUp();
        CompletableFuture<Speech> speech = speak();
        pass(poolOfA.pool().patience());
        assertThat(a.pending()).as("handshakes").isZero();
        assertSpoken(speech, b);
        assertThat(poolOfA.races()).isZero();
        assertThat(upstreams.failovers("a", "not_started")).isEqualTo(1);
        a.lastTask().stopped();
        workers.run();
        assertThat(poolOfA.active() + poolOfB.active()).isZero();
    }

    @Test
    void theSlowOneMayStillWin() {
        warmUp();
        CompletableFuture<Speech> speech = speak();
        pass(poolOfA.pool().patience());
        assertThat(b.tasks()).isEqualTo(1);
        assertSpoken(speech, a);
        assertThat(upstreams.failovers("a", "not_started")).isZero();
        b.lastTask().stopped();
        workers.run();
        assertThat(poolOfA.active() + poolOfB.active()).isZero();
    }

    @Test
    void anUpstreamThatStartsNothingIsLeftAlone() {
        warmUp();
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Speech> speech = speak();
            pass(poolOfA.pool().patience());
            assertSpoken(speech, b);
            a.lastTask().stopped();
            workers.run();
        }
        long before = a.tasks();
        assertSpokenAt(b);
        assertThat(a.tasks()).isEqualTo(before);
    }

    @Test
    void anUnreachableUpstreamCostsNoRequestAnything() {
        pass(Duration.ofMillis(10));
        a.handshakes().forEach(each -> each.fail(Reason.UNREACHABLE));
        b.answerAll();
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Speech> speech = speak();
            assertSpoken(speech, b);
        }
        assertThat(upstreams.failovers("a", "unreachable")).isEqualTo(3);
        assertThat(a.tasks()).isZero();
    }

    @Test
    void theBackgroundNoticesThatAnUpstreamIsBack() {
        pass(Duration.ofMillis(10));
        a.handshakes().forEach(each -> each.fail(Reason.UNREACHABLE));
        b.answerAll();
        assertSpokenAt(b);
        pass(Duration.ofSeconds(1));
        assertThat(a.pending()).as("handshakes of the background").isPositive();
        a.answerAll();
        workers.run();
        assertSpokenAt(a);
    }

    @Test
    void aHandshakeThatFailsGoesOnAtTheOther() {
        CompletableFuture<Speech> speech = speak();
        a.handshakes().forEach(each -> each.fail(Reason.UNAUTHORIZED));
        b.answerAll();
        workers.run();
        assertSpoken(speech, b);
        assertThat(poolOfA.pool().waiting()).isZero();
    }

    @Test
    void aHungHandshakeGoesOnAtTheOther() {
        CompletableFuture<Speech> speech = speak();
        b.answerAll();
        pass(Duration.ofMillis(500));
        assertSpoken(speech, b);
        assertThat(poolOfA.pool().waiting() + poolOfA.active()).isZero();
    }

    @Test
    void aConnectionInDoubtThatCannotBeReplacedGoesOnAtTheOther() {
        warmUp();
        workers.freeze(Duration.ofSeconds(10));
        CompletableFuture<Speech> speech = speak();
        a.lastTask().fail(Reason.DISCONNECTED);
        a.handshakes().stream().filter(each -> !each.outcome().isDone())
                .forEach(each -> each.fail(Reason.UNREACHABLE));
        workers.run();
        b.answerAll();
        workers.run();
        assertThat(poolOfA.races()).isZero();
        assertSpoken(speech, b);
        assertThat(poolOfA.active()).isZero();
    }

    @Test
    void anAccountWithoutQuotaIsLeftAloneAndProbed() {
        warmUp();
        CompletableFuture<Speech> first = speak();
        refuseForQuota(a);
        assertSpoken(first, b);
        assertSpokenAt(b);
        assertThat(a.tasks()).as("one request has noticed").isEqualTo(1);
        a.answerAll();
        pass(Duration.ofSeconds(5));
        assertSpokenAt(b);
        assertThat(a.tasks()).as("a probe").isEqualTo(2);
        assertSpokenAt(b);
        refuseForQuota(a);
        a.answerAll();
        pass(Duration.ofSeconds(9));
        assertSpokenAt(b);
        assertThat(a.tasks()).as("the next rest is longer").isEqualTo(2);
        pass(Duration.ofSeconds(1));
        assertSpokenAt(b);
        assertThat(a.lastTask().texts()).containsExactly("1");
        a.lastTask().started().audio(FRAME).finished();
        workers.run();
        assertSpokenAt(a);
        assertThat(poolOfA.active() + poolOfB.active()).isZero();
    }

    @Test
    void aProbeThatIsNotAnsweredHoldsNothing() {
        warmUp();
        CompletableFuture<Speech> first = speak();
        refuseForQuota(a);
        assertSpoken(first, b);
        a.answerAll();
        pass(Duration.ofSeconds(5));
        assertSpokenAt(b);
        assertThat(poolOfA.active()).isEqualTo(1);
        pass(Duration.ofSeconds(11));
        assertThat(poolOfA.active()).isZero();
        assertSpokenAt(b);
    }

    @Test
    void anotherModelOfTheAccountIsNotAffected() {
        warmUp();
        CompletableFuture<Speech> first = speak();
        refuseForQuota(a);
        assertSpoken(first, b);
        a.answerAll();
        CompletableFuture<Speech> other = speak(FALLBACK);
        assertSpoken(other, a);
    }

    @Test
    void aRequestThatIsWrongFailsAtOnce() {
        warmUp();
        CompletableFuture<Speech> speech = speak();
        a.lastTask().fail(TaskFailedException.rejected(Part.VOICE, "InvalidParameter", "No such voice."));
        workers.run();
        assertThat(failure(speech)).isEqualTo(Kind.INVALID);
        assertThat(b.tasks()).isZero();
    }

    @Test
    void withoutAPlaceTheOtherServes() {
        warmUp();
        speak();
        speak();
        assertSpokenAt(b);
        assertThat(upstreams.failovers("a", "busy")).isEqualTo(1);
    }

    @Test
    void beyondTheRateTheOtherServes() {
        warmUp();
        for (int i = 0; i < 3; i++) {
            assertSpokenAt(a);
        }
        assertSpokenAt(b);
        assertThat(upstreams.failovers("a", "rate")).isEqualTo(1);
        pass(Duration.ofMillis(1100));
        assertSpokenAt(a);
    }

    @Test
    void beyondAllRatesARequestWaitsForItsTurn() {
        warmUp();
        for (int i = 0; i < 6; i++) {
            assertSpokenAt(i < 3 ? a : b);
        }
        CompletableFuture<Speech> waits = speak();
        assertThat(a.tasks() + b.tasks()).isEqualTo(6);
        pass(Duration.ofMillis(1100));
        assertThat(a.tasks() + b.tasks()).isEqualTo(7);
        assertSpoken(waits, b);
    }

    @Test
    void failsIfBothFail() {
        warmUp();
        CompletableFuture<Speech> speech = speak();
        a.lastTask().fail(ServiceFailures.of(Reason.REJECTED, "Arrearage"));
        workers.run();
        b.lastTask().fail(ServiceFailures.of(Reason.REJECTED, "Arrearage"));
        workers.run();
        assertThat(failure(speech)).isEqualTo(Kind.UPSTREAM);
        assertThat(a.tasks() + b.tasks()).isEqualTo(2);
    }

    @Test
    void theLastUpstreamIsTriedTwiceAsIfItWereAlone() {
        warmUp();
        CompletableFuture<Speech> speech = speak();
        a.lastTask().fail(Reason.SERVICE);
        workers.run();
        b.lastTask().fail(Reason.SERVICE);
        workers.run();
        b.answerAll();
        assertThat(b.tasks()).isEqualTo(2);
        assertSpoken(speech, b);
    }

    @Test
    void whileAllRestTheOneThatRestsShortestIsTried() {
        warmUp();
        Utterance first = service.speak(request(MODEL));
        workers.run();
        refuseForQuota(a);
        b.lastTask().fail(Reason.THROTTLED);
        workers.run();
        first.cancel();
        a.answerAll();
        b.answerAll();
        long before = a.tasks() + b.tasks();
        speak();
        pass(Duration.ofMillis(1100));
        assertThat(a.tasks()).as("rests for 5 s, and b for 1 s").isEqualTo(1);
        assertThat(a.tasks() + b.tasks()).isEqualTo(before + 1);
    }

    @Test
    void anUpstreamServesItsModelsOnly() {
        upstreams = new ManualUpstreams(poolOfA, Set.of("other"), poolOfB, Set.of(MODEL), Map.of());
        service = service();
        warmUp();
        assertSpokenAt(b);
        assertThat(upstreams.failovers("a", "busy")).as("it was not asked").isZero();
        CompletableFuture<Speech> unserved = speak("unknown");
        assertThat(failure(unserved)).isEqualTo(Kind.UNKNOWN_MODEL);
    }

    @Test
    void aFallbackSpeaksWhereNoUpstreamCanUseTheModel() {
        upstreams = new ManualUpstreams(poolOfA, Set.of(), poolOfB, Set.of(), Map.of(MODEL, FALLBACK));
        service = service();
        warmUp();
        CompletableFuture<Speech> speech = speak();
        refuseForQuota(a);
        refuseForQuota(b);
        a.answerAll();
        assertSpoken(speech, a);
        assertThat(speech.join().fallback()).isEqualTo(FALLBACK);
        assertSpokenAt(a);
        CompletableFuture<Speech> asked = speak(FALLBACK);
        a.answerAll();
        assertSpoken(asked, a);
        assertThat(asked.join().fallback()).isNull();
    }

    @Test
    void aModelThatIsOnlyBusyHasNoFallback() {
        upstreams = new ManualUpstreams(poolOfA, Set.of(MODEL), poolOfB, Set.of(FALLBACK), Map.of(MODEL, FALLBACK));
        service = service();
        warmUp();
        speak();
        speak();
        CompletableFuture<Speech> waits = speak();
        assertThat(b.tasks()).isZero();
        a.lastTask().started().audio(FRAME).finished();
        workers.run();
        assertSpoken(waits, a);
    }

    @Test
    void aCancelledRequestGoesNowhere() {
        warmUp();
        Utterance utterance = service.speak(request(MODEL));
        workers.run();
        utterance.cancel();
        a.lastTask().fail(Reason.SERVICE);
        workers.run();
        assertThat(b.tasks()).isZero();
        assertThat(poolOfA.active() + poolOfB.active()).isZero();
    }

    private void refuseForQuota(ManualConnector upstream) {
        upstream.lastTask().fail(ServiceFailures.of(Reason.REJECTED, "AllocationQuota.FreeTierOnly"));
        workers.run();
    }

    private static SpeechRequest request(String model) {
        return new SpeechRequest(SpokenText.plain("Good morning."), model, "longanyang",
                new Encoding(AudioFormat.MP3, 22_050, null, null), Prosody.NORMAL, null, null, null, HotFix.NONE, false,
                null, false);
    }

    private CompletableFuture<Speech> speak() {
        return speak(MODEL);
    }

    private CompletableFuture<Speech> speak(String model) {
        CompletableFuture<Speech> speech = service.speak(request(model)).speech().toCompletableFuture();
        workers.run();
        return speech;
    }

    private void assertSpokenAt(ManualConnector upstream) {
        long before = upstream.tasks();
        CompletableFuture<Speech> speech = speak();
        assertThat(upstream.tasks()).isEqualTo(before + 1);
        assertSpoken(speech, upstream);
    }

    private void assertSpoken(CompletableFuture<Speech> speech, ManualConnector upstream) {
        assertThat(speech).isNotDone();
        upstream.lastTask().started().audio(FRAME).finished();
        workers.run();
        assertThat(speech).isCompleted();
    }

    private static Kind failure(CompletableFuture<Speech> speech) {
        try {
            speech.getNow(null);
            throw new AssertionError("It has not failed.");
        } catch (CompletionException e) {
            return ((SpeechException) e.getCause()).kind();
        }
    }

    private void warmUp() {
        workers.run();
        a.answerAll();
        b.answerAll();
        workers.run();
    }

    /** Advances the time as in the product, with four beats a second. */
    private void pass(Duration time) {
        for (Duration left = time; !left.isNegative() && !left.isZero(); left = left.minus(BEAT)) {
            workers.pass(left.compareTo(BEAT) < 0 ? left : BEAT);
            poolOfA.maintain();
            poolOfB.maintain();
            workers.run();
        }
    }
}
