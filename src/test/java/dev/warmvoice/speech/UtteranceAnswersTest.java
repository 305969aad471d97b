package dev.warmvoice.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.warmvoice.dashscope.ManualConnector;
import dev.warmvoice.dashscope.ManualConnector.RunningTask;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.pool.ManualPool;
import dev.warmvoice.speech.SpeechEvent.Audio;
import dev.warmvoice.speech.SpeechEvent.Done;
import dev.warmvoice.speech.SpeechEvent.Word;
import dev.warmvoice.speech.SpeechEvent.Words;
import dev.warmvoice.speech.SpeechException.Kind;
import dev.warmvoice.speech.SpeechRequest.Encoding;
import dev.warmvoice.speech.SpeechRequest.HotFix;
import dev.warmvoice.speech.SpeechRequest.Prosody;
import dev.warmvoice.time.ManualWorkers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the client of an utterance is told. */
@Timeout(10)
class UtteranceAnswersTest {

    private static final int FRAME = 4000;

    private final ManualWorkers workers = new ManualWorkers();
    private final ManualConnector connector = new ManualConnector();
    private final ManualPool pool = new ManualPool(connector, workers, 2, 3);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SpeechService service = new SpeechService(pool.upstreams(), new Limits(),
            new SpeechMetrics(registry), SpeechTracer.off(), workers, pool.heartbeat());

    @Test
    void speechSaysHowItCameAbout() {
        Utterance utterance = service.speak(request("Good morning."));
        assertThat(utterance.taskId()).isEmpty();
        workers.pass(Duration.ofMillis(300));
        warmUp();
        connector.lastTask().started();
        assertThat(utterance.taskId()).contains("task");
        workers.pass(Duration.ofMillis(200));
        connector.lastTask().audio(FRAME);
        Speech speech = utterance.speech().toCompletableFuture().join();
        assertThat(speech.id()).isEqualTo("task");
        assertThat(speech.format()).isEqualTo(AudioFormat.MP3);
        assertThat(speech.warm()).isFalse();
        assertThat(speech.acquire()).isEqualTo(Duration.ofMillis(300));
        assertThat(speech.connect()).isEqualTo(Duration.ofMillis(300));
        assertThat(speech.firstAudio()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void speechOverAnOpenConnectionIsWarm() {
        connector.answerAll();
        Utterance utterance = speak(request("Good morning."));
        connector.lastTask().started().audio(FRAME);
        Speech speech = utterance.speech().toCompletableFuture().join();
        assertThat(speech.warm()).isTrue();
        assertThat(speech.connect()).isZero();
    }

    @Test
    void endSaysWhatIsBilled() {
        Client client = new Client(speak(request("Good morning.")));
        connector.lastTask().started().audio(FRAME).finished();
        assertThat(client.events).last().isEqualTo(new Done(1, 0, 0));
        assertThat(registry.get("warmvoice.speech").tag("outcome", "finished").counter().count()).isEqualTo(1);
        assertThat(registry.get("warmvoice.speech.characters").counter().count()).isEqualTo(1);
    }

    @Test
    void firstAudioAndTheWholeAreTimed() {
        speak(request("Good morning."));
        connector.lastTask().started();
        workers.pass(Duration.ofMillis(200));
        connector.lastTask().audio(FRAME);
        workers.pass(Duration.ofMillis(100));
        connector.lastTask().finished();
        assertThat(millis("warmvoice.speech.first.audio")).isEqualTo(200);
        assertThat(millis("warmvoice.speech.duration")).isEqualTo(300);
    }

    @Test
    void wordsBeforeTheAudioFollowWithIt() {
        Client client = new Client(speak(request("Good morning.")));
        connector.lastTask().started().word(0, "Good").audio(FRAME).word(1, "morning");
        assertThat(client.events).element(0).isEqualTo(new Words(0, "Good", List.of(new Word("Good", 0, 4, 10, 20))));
        assertThat(client.events).element(1).isInstanceOf(Audio.class);
        assertThat(client.events).element(2).isInstanceOfSatisfying(Words.class,
                words -> assertThat(words.sentence()).isEqualTo(1));
    }

    @Test
    void keepsTheWordsOf16SentencesBeforeTheAudio() {
        Client client = new Client(speak(request("Good morning.")));
        RunningTask task = connector.lastTask().started();
        for (int sentence = 0; sentence < 20; sentence++) {
            task.word(sentence, "Good");
        }
        task.audio(FRAME);
        assertThat(client.events).hasSize(16 + 1);
    }

    @Test
    void wordsOfAFailedTryAreForgotten() {
        Client client = new Client(speak(request("Good morning.")));
        connector.lastTask().started().word(0, "Good").fail(Reason.SERVICE);
        warmUp();
        connector.lastTask().started().audio(FRAME);
        assertThat(client.events).hasSize(1);
    }

    @Test
    void headerOfAWavStreamHasNoEnd() {
        Client client = new Client(speak(request(SpokenText.plain("Good morning."), AudioFormat.WAV)));
        ByteBuffer wav = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
        wav.put("RIFF".getBytes()).putInt(0).put("WAVE".getBytes()).put("data".getBytes()).putInt(0);
        connector.lastTask().started().audio(wav.array()).audio(wav.array());
        assertThat(dataSize(client, 0)).isGreaterThan(1 << 30);
        assertThat(dataSize(client, 1)).as("of what only looks like a header").isZero();
    }

    @Test
    void otherAudioIsPassedOnAsItIs() {
        Client client = new Client(speak(request("Good morning.")));
        ByteBuffer wav = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
        wav.put("RIFF".getBytes()).putInt(0).put("WAVE".getBytes()).put("data".getBytes()).putInt(0);
        connector.lastTask().started().audio(wav.array());
        assertThat(dataSize(client, 0)).isZero();
    }

    @Test
    void textOfSymbolsOnlyIsRejectedOnce() {
        Client client = new Client(speak(request("😀")));
        connector.lastTask().started().finishedWithoutAudio();
        assertThat(client.failure().kind()).isEqualTo(Kind.INVALID);
        assertThat(client.failure().field()).contains("input");
        assertThat(connector.tasks()).isEqualTo(1);
        assertThat(pool.active()).isZero();
        assertThat(connector.handshakes()).as("the connection stays").hasSize(2)
                .allMatch(each -> each.connection().isOpen());
    }

    @Test
    void wordsWithoutAudioAreTriedAgain() {
        new Client(speak(request("Good morning.")));
        connector.lastTask().started().finishedWithoutAudio();
        warmUp();
        assertThat(connector.tasks()).isEqualTo(2);
        assertThat(registry.get("warmvoice.speech.retries").counter().count()).isEqualTo(1);
    }

    @Test
    void rejectedTextThatCameInPartsIsCalledText() {
        Utterance utterance = service.speakAsWritten(request((SpokenText) null, AudioFormat.MP3));
        Client client = new Client(utterance);
        utterance.say("😀. ");
        utterance.finish();
        warmUp();
        connector.lastTask().started().finishedWithoutAudio();
        assertThat(client.failure().field()).contains("text");
    }

    @Test
    void ssmlIsWholeFromTheStart() {
        speak(request(SpokenText.ssml("<speak>Good morning.</speak>"), AudioFormat.MP3));
        RunningTask task = connector.lastTask().started();
        assertThat(task.texts()).containsExactly("<speak>Good morning.</speak>");
        assertThat(task.isTextFinished()).as("another message").isFalse();
    }

    @Test
    void busyPoolSaysWhenToTryAgain() {
        connector.answerAll();
        speak(request("One."));
        speak(request("Two."));
        Client client = new Client(speak(request("Three.")));
        pool.pass(Duration.ofSeconds(3));
        assertThat(client.failure().kind()).isEqualTo(Kind.BUSY);
        assertThat(client.failure().retryAfter()).isPresent();
        assertThat(registry.get("warmvoice.speech").tag("outcome", "busy").counter().count()).isEqualTo(1);
    }

    @Test
    void refusedKeyIsToldToTheClient() {
        Client client = new Client(service.speak(request("Good morning.")));
        workers.run();
        connector.handshakes().forEach(each -> each.fail(Reason.UNAUTHORIZED));
        workers.run();
        assertThat(client.failure().kind()).isEqualTo(Kind.UPSTREAM_AUTH);
    }

    @Test
    void processThatEndsTakesNoRequest() {
        Utterance before = service.speak(request("Good morning."));
        service.shutDown(new ShutdownDelayInitiatedEvent());
        assertThatExceptionOfType(SpeechException.class).isThrownBy(() -> service.speak(request("Good morning.")))
                .satisfies(why -> assertThat(why.kind()).isEqualTo(Kind.SHUTTING_DOWN))
                .satisfies(why -> assertThat(why.retryAfter()).contains(Duration.ofSeconds(1)));
        warmUp();
        connector.lastTask().started().audio(FRAME);
        assertThat(before.speech()).isCompleted();
    }

    @Test
    void textOfAMomentIsSentTogether() {
        Utterance utterance = service.speakAsWritten(request((SpokenText) null, AudioFormat.MP3));
        utterance.say("One. ");
        warmUp();
        RunningTask task = connector.lastTask().started();
        utterance.say("Two. ");
        utterance.say("Three. ");
        assertThat(task.texts()).containsExactly("One. ");
        workers.pass(Duration.ofMillis(50));
        assertThat(task.texts()).containsExactly("One. ", "Two. Three. ");
    }

    @Test
    void emptyTextDoesNotProlongTheWaitForText() {
        Utterance utterance = service.speakAsWritten(request((SpokenText) null, AudioFormat.MP3));
        Client client = new Client(utterance);
        for (int second = 0; second < 22; second++) {
            utterance.say("");
            pool.pass(Duration.ofSeconds(1));
        }
        assertThat(client.failure().kind()).isEqualTo(Kind.TEXT_TIMEOUT);
    }

    @Test
    void taskThatWasNotSentGivesItsConnectionBack() {
        Utterance utterance = speak(request("Good morning."));
        utterance.cancel();
        assertThat(pool.active()).isEqualTo(1);
        connector.lastTask().notSent();
        assertThat(pool.active()).isZero();
        assertThat(connector.handshakes()).hasSize(2).allMatch(each -> each.connection().isOpen());
    }

    @Test
    void failureIsTheEnd() {
        Utterance utterance = speak(request("Good morning."));
        Client client = new Client(utterance);
        RunningTask task = connector.lastTask().started().audio(FRAME);
        assertThat(utterance.over().toCompletableFuture()).isNotDone();
        task.fail(Reason.DISCONNECTED);
        assertThat(client.failure().kind()).isEqualTo(Kind.UPSTREAM);
        assertThat(utterance.over()).isCompleted();
    }

    @Test
    void lastEventIsTheEnd() {
        Utterance utterance = speak(request("Good morning."));
        new Client(utterance);
        RunningTask task = connector.lastTask().started().audio(FRAME);
        assertThat(utterance.over().toCompletableFuture()).isNotDone();
        task.finished();
        assertThat(utterance.over()).isCompleted();
    }

    @Test
    void taskGoesOnWhenTheClientHasTakenSomething() {
        Utterance utterance = speak(request("Good morning."));
        RunningTask task = connector.lastTask().started();
        for (int frames = 0; frames < 20; frames++) {
            task.audio(FRAME);
        }
        assertThat(task.hasRoom()).isFalse();
        assertThat(task.resumes()).isZero();
        new Client(utterance);
        assertThat(task.hasRoom()).isTrue();
        assertThat(task.resumes()).isPositive();
    }

    @Test
    void secondFinishDoesNothing() {
        Utterance utterance = service.speakAsWritten(request((SpokenText) null, AudioFormat.MP3));
        Client client = new Client(utterance);
        utterance.say("Good morning. ");
        utterance.finish();
        warmUp();
        connector.lastTask().started();
        pool.pass(Duration.ofSeconds(9));
        utterance.finish();
        pool.pass(Duration.ofSeconds(2));
        assertThat(client.failure().kind()).isEqualTo(Kind.FIRST_AUDIO_TIMEOUT);
    }

    private int dataSize(Client client, int event) {
        return ((Audio) client.events.get(event)).frame().duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(16);
    }

    private double millis(String timer) {
        return registry.get(timer).timer().totalTime(TimeUnit.MILLISECONDS);
    }

    private static SpeechRequest request(String text) {
        return request(SpokenText.plain(text), AudioFormat.MP3);
    }

    private static SpeechRequest request(@Nullable SpokenText text, AudioFormat format) {
        return new SpeechRequest(text, "model", "voice", new Encoding(format, 22_050, null, null), Prosody.NORMAL, null,
                null, null, HotFix.NONE, false, null, false);
    }

    private Utterance speak(SpeechRequest request) {
        Utterance utterance = service.speak(request);
        warmUp();
        return utterance;
    }

    private void warmUp() {
        workers.run();
        connector.answerAll();
        workers.run();
    }

    private record Limits(Duration connectTimeout, Duration startTimeout, Duration firstAudioTimeout,
            Duration stallTimeout, Duration textTimeout) implements TaskConfig {

        Limits() {
            this(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(10),
                    Duration.ofSeconds(20));
        }
    }

    /** Takes everything. */
    private static final class Client implements Flow.Subscriber<SpeechEvent> {

        private final List<SpeechEvent> events = new ArrayList<>();
        private final CompletableFuture<SpeechException> failure = new CompletableFuture<>();

        Client(Utterance utterance) {
            utterance.speech().thenAccept(speech -> speech.events().subscribe(this));
            utterance.speech().exceptionally(why -> {
                onError(why);
                return null;
            });
        }

        SpeechException failure() {
            return failure.getNow(null);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(SpeechEvent event) {
            events.add(event);
        }

        @Override
        public void onError(Throwable why) {
            failure.complete((SpeechException) (why instanceof SpeechException ? why : why.getCause()));
        }

        @Override
        public void onComplete() {
        }
    }
}
