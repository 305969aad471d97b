package dev.warmvoice.speech;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.dashscope.ManualConnector.RunningTask;
import dev.warmvoice.dashscope.ManualConnector;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.pool.ManualPool;
import dev.warmvoice.speech.SpeechException.Kind;
import dev.warmvoice.speech.SpeechRequest.Encoding;
import dev.warmvoice.speech.SpeechRequest.HotFix;
import dev.warmvoice.speech.SpeechRequest.Prosody;
import dev.warmvoice.time.ManualWorkers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One request from its text to its end, on a clock and a service that the test controls. */
@Timeout(10)
class UtteranceTest {

    private static final Duration A_MOMENT = Duration.ofMillis(100);
    private static final int FRAME = 4000;

    private final ManualWorkers workers = new ManualWorkers();
    private final ManualConnector connector = new ManualConnector();
    private final ManualPool pool = new ManualPool(connector, workers, 2, 3);
    private final SpeechService service = new SpeechService(pool.upstreams(), new Limits(),
            new SpeechMetrics(new SimpleMeterRegistry()), SpeechTracer.off(), workers, pool.heartbeat());

    @Test
    void speaksAWholeText() {
        Client client = new Client(speak("Good morning."), Long.MAX_VALUE);
        RunningTask task = connector.lastTask().started();
        assertThat(task.texts()).containsExactly("Good morning.");
        assertThat(task.isTextFinished()).isTrue();
        task.audio(FRAME).audio(FRAME).finished();
        assertThat(client.bytes).isEqualTo(2 * FRAME);
        assertThat(client.end).isEqualTo("complete");
    }

    @Test
    void startTimeoutRetriesOnceOnANewConnection() {
        Client client = new Client(speak("Good morning."), Long.MAX_VALUE);
        pass(Duration.ofMillis(3100));
        assertThat(connector.handshakes().get(0).connection().isOpen()).as("the silent connection").isFalse();
        connector.answerAll();
        assertThat(connector.tasks()).isEqualTo(2);
        connector.lastTask().started().audio(FRAME).finished();
        assertThat(client.end).isEqualTo("complete");
    }

    @Test
    void secondStartTimeoutFailsTheUtterance() {
        Client client = new Client(speak("Good morning."), Long.MAX_VALUE);
        pass(Duration.ofMillis(3100));
        connector.answerAll();
        pass(Duration.ofMillis(3100));
        assertThat(client.failure()).isEqualTo(Kind.START_TIMEOUT);
        assertThat(connector.tasks()).isEqualTo(2);
    }

    @Test
    void firstAudioTimeoutFailsTheUtterance() {
        Client client = new Client(speak("Good morning."), Long.MAX_VALUE);
        connector.lastTask().started();
        pass(Duration.ofMillis(9900));
        assertThat(client.end).isNull();
        pass(Duration.ofMillis(200));
        assertThat(client.failure()).isEqualTo(Kind.FIRST_AUDIO_TIMEOUT);
    }

    @Test
    void stallTimeoutFailsTheUtterance() {
        Client client = new Client(speak("Good morning."), Long.MAX_VALUE);
        connector.lastTask().started().audio(FRAME);
        pass(Duration.ofMillis(9900));
        assertThat(client.end).isNull();
        pass(Duration.ofMillis(1200));
        assertThat(client.end).isEqualTo("The service sent no more audio for 10000 ms.");
    }

    @Test
    void clientThatReadsNothingTimesOut() {
        Client client = new Client(speak("Good morning."), 1);
        RunningTask task = connector.lastTask().started();
        fill(task);
        pass(Duration.ofMillis(9800));
        assertThat(client.end).isNull();
        pass(Duration.ofMillis(1300));
        assertThat(client.end).isEqualTo("The client read no audio for 10000 ms.");
    }

    @Test
    void slowReaderDoesNotTimeOut() {
        Utterance utterance = speak("Good morning.");
        Client client = new Client(utterance, 1);
        fill(connector.lastTask().started());
        for (int i = 0; i < 100; i++) {
            pass(Duration.ofSeconds(9));
            utterance.clientProgressed();
        }
        assertThat(client.end).isNull();
    }

    @Test
    void freezeDuringAudioDoesNotTimeOut() {
        Client client = new Client(speak("Good morning."), Long.MAX_VALUE);
        RunningTask task = connector.lastTask().started().audio(FRAME);
        pass(Duration.ofMillis(9500));
        workers.freeze(Duration.ofMinutes(15));
        pass(Duration.ofMillis(900));
        assertThat(client.end).isNull();
        task.audio(FRAME).finished();
        assertThat(client.end).isEqualTo("complete");
    }

    @Test
    void silentServiceTimesOutSoonAfterAFreeze() {
        Client client = new Client(speak("Good morning."), Long.MAX_VALUE);
        connector.lastTask().started().audio(FRAME);
        pass(Duration.ofMillis(9500));
        workers.freeze(Duration.ofMinutes(15));
        pass(Duration.ofMillis(2200));
        assertThat(client.failure()).isEqualTo(Kind.STALL_TIMEOUT);
    }

    @Test
    void textTimeoutFailsTheUtterance() {
        for (long demand : new long[]{Long.MAX_VALUE, 1}) {
            Utterance utterance = service.speakAsWritten(REQUEST);
            utterance.say("Good morning. ");
            warmUp();
            Client client = new Client(utterance, demand);
            RunningTask task = connector.lastTask().started();
            if (demand == 1) {
                for (int i = 0; i < 19; i++) {
                    pass(Duration.ofSeconds(1));
                    utterance.clientProgressed();
                    fill(task);
                }
            } else {
                pass(Duration.ofSeconds(19));
            }
            assertThat(client.end).isNull();
            pass(Duration.ofSeconds(2));
            assertThat(client.end).isEqualTo("The client sent neither text nor finish within 20000 ms.");
            assertThat(client.failure()).isEqualTo(Kind.TEXT_TIMEOUT);
        }
    }

    @Test
    void silentServiceTimesOutWhileTextArrives() {
        Utterance utterance = service.speakAsWritten(REQUEST);
        Client client = new Client(utterance, Long.MAX_VALUE);
        utterance.say("It says nothing. ");
        warmUp();
        connector.lastTask().started();
        int seconds = 0;
        for (; client.end == null && seconds < 100; seconds++) {
            utterance.say("And on it goes. ");
            pass(Duration.ofSeconds(1));
        }
        assertThat(seconds).isBetween(19, 23);
        assertThat(client.failure()).isEqualTo(Kind.FIRST_AUDIO_TIMEOUT);
        assertThat(pool.active()).as("places in use").isZero();
    }

    @Test
    void silentServiceTimesOutWhileUnpunctuatedTextArrives() {
        Utterance utterance = service.speakAsWritten(REQUEST);
        Client client = new Client(utterance, Long.MAX_VALUE);
        utterance.say("and ");
        warmUp();
        connector.lastTask().started();
        int seconds = 0;
        for (; client.end == null && seconds < 100; seconds++) {
            utterance.say("on and on ");
            pass(Duration.ofSeconds(1));
        }
        assertThat(seconds).as("seconds until the timeout, 20 of them after the first 200 characters").isBetween(38,
                44);
    }

    @Test
    void slowlyTypedSentenceDoesNotTimeOut() {
        Utterance utterance = service.speakAsWritten(REQUEST);
        Client client = new Client(utterance, Long.MAX_VALUE);
        utterance.say("I ");
        warmUp();
        connector.lastTask().started();
        for (String word : "would like to have a cup of tea with milk please".split(" ")) {
            pass(Duration.ofSeconds(15));
            utterance.say(word + " ");
        }
        assertThat(client.end).isNull();
        utterance.finish();
        connector.lastTask().audio(FRAME).finished();
        assertThat(client.end).isEqualTo("complete");
    }

    @Test
    void finishAfterALongPauseRestartsTheFirstAudioTimeout() {
        Utterance utterance = service.speakAsWritten(REQUEST);
        Client client = new Client(utterance, Long.MAX_VALUE);
        utterance.say("I would like ");
        warmUp();
        connector.lastTask().started();
        pass(Duration.ofSeconds(19));
        utterance.finish();
        pass(Duration.ofSeconds(9));
        assertThat(client.end).isNull();
        connector.lastTask().audio(FRAME).finished();
        assertThat(client.end).isEqualTo("complete");
    }

    @Test
    void cancelBeforeSubmissionReleasesItsRate() {
        for (int i = 0; i < 3; i++) {
            new Client(speak("Good morning."), Long.MAX_VALUE);
            connector.lastTask().started().audio(FRAME).finished();
        }
        List<Utterance> cancelled = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Utterance utterance = service.speakAsWritten(REQUEST);
            utterance.say("Never mind. ");
            workers.run();
            utterance.cancel();
            cancelled.add(utterance);
        }
        assertThat(connector.tasks()).isEqualTo(3);
        Client client = new Client(speak("Good evening."), Long.MAX_VALUE);
        pass(Duration.ofMillis(1100));
        assertThat(connector.tasks()).as("the next task starts as soon as the rate allows").isEqualTo(4);
        connector.lastTask().started().audio(FRAME).finished();
        assertThat(client.end).isEqualTo("complete");
        assertThat(cancelled).allMatch(each -> each.over().toCompletableFuture().isDone());
    }

    @Test
    void failureBeforeAudioIsRetriedOnceWithTheWholeText() {
        Utterance utterance = service.speakAsWritten(REQUEST);
        Client client = new Client(utterance, Long.MAX_VALUE);
        utterance.say("Good morning. ");
        warmUp();
        RunningTask first = connector.lastTask().started();
        pass(A_MOMENT);
        utterance.say("How are you? ");
        pass(A_MOMENT);
        first.fail(Reason.SERVICE);
        connector.answerAll();
        utterance.finish();
        RunningTask second = connector.lastTask().started();
        assertThat(second).isNotSameAs(first);
        assertThat(String.join("", second.texts())).isEqualTo("Good morning. How are you? ");
        second.audio(FRAME).finished();
        assertThat(client.end).isEqualTo("complete");
    }

    @Test
    void lateFailureBeforeAudioIsRetriedToo() {
        Utterance utterance = service.speakAsWritten(REQUEST);
        Client client = new Client(utterance, Long.MAX_VALUE);
        utterance.say("I would like ");
        warmUp();
        RunningTask first = connector.lastTask().started();
        pass(Duration.ofSeconds(15));
        first.fail(Reason.DISCONNECTED);
        pass(Duration.ofSeconds(4));
        assertThat(client.end).isNull();
        connector.answerAll();
        utterance.say("some tea.");
        utterance.finish();
        connector.lastTask().started().audio(FRAME).finished();
        assertThat(client.end).isEqualTo("complete");
        assertThat(connector.tasks()).isEqualTo(2);
    }

    @Test
    void retryWithoutAConnectionTimesOut() {
        Utterance utterance = service.speakAsWritten(REQUEST);
        Client client = new Client(utterance, Long.MAX_VALUE);
        utterance.say("I would like ");
        warmUp();
        connector.lastTask().started();
        pass(Duration.ofSeconds(15));
        connector.lastTask().fail(Reason.DISCONNECTED);
        for (int i = 0; i < 11; i++) {
            utterance.say("more ");
            pass(Duration.ofSeconds(1));
        }
        assertThat(client.end).isNotNull();
    }

    @Test
    void cancelBeforeSendingKeepsTheConnectionsAge() {
        for (int second = 0; second < 25; second++) {
            speak("Good morning.").cancel();
            connector.lastTask().notSent();
            workers.pass(Duration.ofSeconds(1));
        }
        new Client(speakUnanswered("Good evening."), Long.MAX_VALUE);
        assertThat(connector.pending()).as("past max-idle: a connection beside the old one").isEqualTo(1);
    }

    @Test
    void failureAfterAudioFailsTheUtterance() {
        Client client = new Client(speak("Good morning."), Long.MAX_VALUE);
        connector.lastTask().started().audio(FRAME).fail(Reason.DISCONNECTED);
        assertThat(client.failure()).isEqualTo(Kind.UPSTREAM);
        assertThat(connector.tasks()).isEqualTo(1);
    }

    @Test
    void rejectionIsNotRetried() {
        Client client = new Client(speak("Good morning."), Long.MAX_VALUE);
        connector.lastTask().fail(Reason.REJECTED);
        assertThat(client.failure()).isEqualTo(Kind.UPSTREAM);
        assertThat(connector.tasks()).isEqualTo(1);
    }

    @Test
    void cancelStopsTheTaskAndKeepsTheConnection() {
        Utterance utterance = speak("Good morning.");
        Client client = new Client(utterance, Long.MAX_VALUE);
        RunningTask task = connector.lastTask().started().audio(FRAME);
        utterance.cancel();
        assertThat(client.failure()).isEqualTo(Kind.CANCELLED);
        assertThat(utterance.over()).isCompleted();
        assertThat(task.isCancelled()).isTrue();
        task.stopped();
        assertThat(pool.active()).isZero();
        speak("Good evening.");
        assertThat(connector.handshakes()).hasSize(2).allMatch(each -> each.connection().isOpen());
        assertThat(connector.tasks()).isEqualTo(2);
    }

    @Test
    void cancelBeforeTheStartKeepsTheConnection() {
        Utterance utterance = speak("Good morning.");
        utterance.cancel();
        RunningTask task = connector.lastTask().started();
        assertThat(task.isCancelled()).isTrue();
        task.stopped();
        assertThat(pool.active()).isZero();
        assertThat(connector.handshakes()).hasSize(2).allMatch(each -> each.connection().isOpen());
    }

    @Test
    void ignoredStopClosesTheConnectionAfterATimeout() {
        Utterance utterance = speak("Good morning.");
        connector.lastTask().started().audio(FRAME);
        utterance.cancel();
        pool.pass(Duration.ofMillis(900));
        assertThat(pool.active()).isEqualTo(1);
        pool.pass(Duration.ofMillis(350));
        assertThat(pool.active()).isZero();
    }

    @Test
    void suspensionOpensASecondConnectionBesideTheFirst() {
        speak("Good morning.");
        connector.lastTask().started().audio(FRAME).finished();
        workers.freeze(Duration.ofSeconds(40));
        Client client = new Client(speakUnanswered("Good evening."), Long.MAX_VALUE);
        RunningTask first = connector.lastTask();
        assertThat(connector.tasks()).isEqualTo(2);
        assertThat(connector.pending()).isEqualTo(1);
        first.started().audio(FRAME).finished();
        assertThat(client.end).isEqualTo("complete");
        assertThat(connector.pending()).as("pending second handshakes").isZero();
        assertThat(connector.tasks()).isEqualTo(2);
    }

    @Test
    void secondConnectionGetsTheTextIfTheFirstIsSilent() {
        speak("Good morning.");
        connector.lastTask().started().audio(FRAME).finished();
        workers.freeze(Duration.ofSeconds(40));
        Client client = new Client(speakUnanswered("Good evening."), Long.MAX_VALUE);
        RunningTask first = connector.lastTask();
        connector.answerAll();
        RunningTask second = connector.lastTask();
        assertThat(second).isNotSameAs(first);
        second.started().audio(FRAME);
        assertThat(first.isCancelled()).isTrue();
        second.finished();
        assertThat(client.end).isEqualTo("complete");
        first.started();
        first.stopped();
        assertThat(pool.active()).isZero();
    }

    @Test
    void secondConnectionOpensAfterADelayBesideAProvenOne() {
        for (int i = 0; i < 5; i++) {
            speak("Good morning.");
            connector.lastTask().started().audio(FRAME).finished();
            pool.pass(Duration.ofSeconds(1));
        }
        Client client = new Client(speakUnanswered("Good evening."), Long.MAX_VALUE);
        assertThat(connector.pending()).isZero();
        pool.pass(Duration.ofMillis(60));
        assertThat(connector.pending()).isEqualTo(1);
        connector.answerAll();
        connector.lastTask().started().audio(FRAME).finished();
        assertThat(client.end).isEqualTo("complete");
    }

    @Test
    void secondConnectionGetsTheTextIfTheFirstBreaks() {
        speak("Good morning.");
        connector.lastTask().started().audio(FRAME).finished();
        workers.freeze(Duration.ofSeconds(40));
        Client client = new Client(speakUnanswered("Good evening."), Long.MAX_VALUE);
        connector.lastTask().fail(Reason.DISCONNECTED);
        connector.answerAll();
        connector.lastTask().started().audio(FRAME).finished();
        assertThat(client.end).isEqualTo("complete");
        assertThat(connector.tasks()).isEqualTo(3);
    }

    @Test
    void throttledTaskIsRetried() {
        Client client = new Client(speak("Good morning."), Long.MAX_VALUE);
        connector.lastTask().fail(Reason.THROTTLED);
        pool.pass(Duration.ofMillis(50));
        assertThat(connector.tasks()).isEqualTo(1);
        for (int i = 0; i < 30 && connector.tasks() == 1; i++) {
            pool.pass(Duration.ofMillis(50));
        }
        connector.lastTask().started().audio(FRAME).finished();
        assertThat(client.end).isEqualTo("complete");
        assertThat(connector.tasks()).isEqualTo(2);
    }

    @Test
    void taskThrottledForTooLongIsRejected() {
        Client client = new Client(speak("Good morning."), Long.MAX_VALUE);
        for (int i = 0; i < 20; i++) {
            connector.lastTask().fail(Reason.THROTTLED);
            pool.pass(Duration.ofSeconds(1));
            connector.answerAll();
        }
        assertThat(client.failure()).isEqualTo(Kind.THROTTLED);
        assertThat(connector.tasks()).isLessThan(6);
        assertThat(pool.active()).isZero();
    }

    @Test
    void flushFollowsTheTextBeforeIt() {
        Utterance utterance = service.speakAsWritten(REQUEST);
        utterance.flush();
        utterance.say("Good");
        warmUp();
        RunningTask task = connector.lastTask().started();
        utterance.say(" morning");
        utterance.flush();
        assertThat(String.join("", task.texts())).isEqualTo("Good morning");
        assertThat(task.flushes()).isPositive();
        int before = task.flushes();
        utterance.finish();
        utterance.flush();
        assertThat(task.flushes()).isEqualTo(before);
    }

    @Test
    void bothTasksOfARaceAreStoppedWithTheUtterance() {
        Utterance utterance = race();
        RunningTask first = connector.lastTask();
        connector.answerAll();
        RunningTask second = connector.lastTask();
        utterance.cancel();
        assertThat(first.isCancelled()).isTrue();
        assertThat(second.isCancelled()).isTrue();
        assertThat(pool.races()).isZero();
        first.stopped();
        second.stopped();
        assertThat(pool.active()).isZero();
    }

    @Test
    void firstTaskThatStartsStopsTheSecond() {
        Client client = new Client(race(), Long.MAX_VALUE);
        RunningTask first = connector.lastTask();
        connector.answerAll();
        RunningTask second = connector.lastTask();
        first.started();
        assertThat(second.isCancelled()).isTrue();
        assertThat(pool.races()).isZero();
        second.stopped();
        first.audio(FRAME).finished();
        assertThat(client.end).isEqualTo("complete");
        assertThat(pool.active()).isZero();
    }

    @Test
    void brokenLoserOfARaceChangesNothing() {
        Client client = new Client(race(), Long.MAX_VALUE);
        RunningTask first = connector.lastTask();
        connector.answerAll();
        RunningTask second = connector.lastTask().started();
        first.fail(Reason.DISCONNECTED);
        second.audio(FRAME).finished();
        assertThat(client.end).isEqualTo("complete");
        assertThat(connector.tasks()).isEqualTo(3);
        assertThat(pool.active()).isZero();
    }

    @Test
    void twoFailedTasksOfARaceFailTheUtterance() {
        Client client = new Client(race(), Long.MAX_VALUE);
        RunningTask first = connector.lastTask();
        connector.answerAll();
        RunningTask second = connector.lastTask();
        first.fail(Reason.DISCONNECTED);
        assertThat(client.end).isNull();
        second.fail(Reason.DISCONNECTED);
        assertThat(client.failure()).isEqualTo(Kind.UPSTREAM);
        warmUp();
        assertThat(connector.tasks()).isEqualTo(3);
        assertThat(pool.races()).isZero();
    }

    @Test
    void raceIsLostWithoutATaskAndWithoutAConnection() {
        Client client = new Client(race(), Long.MAX_VALUE);
        connector.lastTask().fail(Reason.DISCONNECTED);
        assertThat(client.end).isNull();
        connector.handshakes().forEach(each -> each.fail(Reason.UNREACHABLE));
        assertThat(client.failure()).isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
        assertThat(pool.races()).isZero();
        assertThat(pool.active()).isZero();
    }

    @Test
    void rejectionEndsARace() {
        Client client = new Client(race(), Long.MAX_VALUE);
        RunningTask first = connector.lastTask();
        connector.answerAll();
        RunningTask second = connector.lastTask();
        first.fail(Reason.REJECTED);
        assertThat(client.failure()).isEqualTo(Kind.UPSTREAM);
        assertThat(second.isCancelled()).isTrue();
        assertThat(pool.races()).isZero();
    }

    @Test
    void withoutTwoTurnsToSpareTheUtteranceWaitsForAProvenConnection() {
        speak("Good morning.");
        connector.lastTask().started().audio(FRAME).finished();
        workers.freeze(Duration.ofSeconds(40));
        takeTurns(2);
        Client client = new Client(speakUnanswered("Good evening."), Long.MAX_VALUE);
        assertThat(connector.tasks()).isEqualTo(1);
        assertThat(pool.races()).isZero();
        warmUp();
        assertThat(connector.tasks()).isEqualTo(2);
        connector.lastTask().started().audio(FRAME).finished();
        assertThat(client.end).isEqualTo("complete");
    }

    @Test
    void exhaustedRateSaysWhenToTryAgain() {
        takeTurns(12);
        Client client = new Client(speak("Good evening."), Long.MAX_VALUE);
        assertThat(client.failure()).isEqualTo(Kind.THROTTLED);
        assertThat(connector.tasks()).isZero();
        assertThat(pool.active()).isZero();
    }

    @Test
    void taskThatStartsInTimeGetsNoSecondConnection() {
        for (int i = 0; i < 5; i++) {
            speak("Good morning.");
            connector.lastTask().started().audio(FRAME).finished();
            pool.pass(Duration.ofSeconds(1));
        }
        speakUnanswered("Good evening.");
        connector.lastTask().started();
        pool.pass(Duration.ofSeconds(1));
        assertThat(connector.handshakes()).hasSize(2);
    }

    @Test
    void flushedTextOwesAudioWithoutTheEndOfASentence() {
        Utterance utterance = service.speakAsWritten(REQUEST);
        Client client = new Client(utterance, Long.MAX_VALUE);
        utterance.say("and ");
        warmUp();
        connector.lastTask().started();
        utterance.flush();
        int seconds = 0;
        for (; client.end == null && seconds < 100; seconds++) {
            utterance.say("on ");
            pass(Duration.ofSeconds(1));
        }
        assertThat(seconds).isBetween(19, 23);
    }

    /** Begins an utterance after a suspension: a second connection is opened beside the first. */
    private Utterance race() {
        speak("Good morning.");
        connector.lastTask().started().audio(FRAME).finished();
        workers.freeze(Duration.ofSeconds(40));
        Utterance utterance = speakUnanswered("Good evening.");
        assertThat(pool.races()).isEqualTo(1);
        return utterance;
    }

    private void takeTurns(int turns) {
        for (int i = 0; i < turns; i++) {
            pool.rate().submission("cosyvoice-v3-flash", () -> {
            }, why -> {
            }).request(Duration.ofMinutes(1));
        }
    }

    private static final SpeechRequest REQUEST = request(null);

    private static SpeechRequest request(SpokenText text) {
        return new SpeechRequest(text, "cosyvoice-v3-flash", "longanyang",
                new Encoding(AudioFormat.MP3, 22_050, null, null),
                Prosody.NORMAL, null, null, null, HotFix.NONE, false, null, false);
    }

    private Utterance speak(String text) {
        Utterance utterance = service.speak(request(SpokenText.plain(text)));
        warmUp();
        return utterance;
    }

    /** Requests speech and leaves its handshakes unanswered. */
    private Utterance speakUnanswered(String text) {
        Utterance utterance = service.speak(request(SpokenText.plain(text)));
        workers.run();
        return utterance;
    }

    private void warmUp() {
        workers.run();
        connector.answerAll();
        workers.run();
    }

    private void pass(Duration time) {
        pool.pass(time);
    }

    private static void fill(RunningTask task) {
        for (int frames = 0; task.hasRoom(); frames++) {
            assertThat(frames).as("frames without an end").isLessThan(1000);
            task.audio(FRAME);
        }
    }

    private record Limits(Duration connectTimeout, Duration startTimeout, Duration firstAudioTimeout,
            Duration stallTimeout, Duration textTimeout) implements TaskConfig {

        Limits() {
            this(Duration.ofSeconds(5), Duration.ofSeconds(3), Duration.ofSeconds(10), Duration.ofSeconds(10),
                    Duration.ofSeconds(20));
        }
    }

    private static final class Client implements Flow.Subscriber<SpeechEvent> {

        private final long demand;
        private int bytes;
        private String end;
        private Throwable failure;

        Client(Utterance utterance, long demand) {
            this.demand = demand;
            utterance.speech().whenComplete((speech, why) -> {
                if (why == null) {
                    speech.events().subscribe(this);
                } else {
                    onError(why);
                }
            });
        }

        Kind failure() {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return ((SpeechException) cause).kind();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(demand);
        }

        @Override
        public void onNext(SpeechEvent event) {
            bytes += event.weight();
        }

        @Override
        public void onError(Throwable why) {
            assertThat(end).as("the only end").isNull();
            failure = why;
            end = why.getMessage();
        }

        @Override
        public void onComplete() {
            assertThat(end).as("the only end").isNull();
            end = "complete";
        }
    }
}
