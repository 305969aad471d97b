package dev.warmvoice.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmvoice.time.ManualWorkers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Which text is taken for one that was there from the beginning, and which is spoken while it is written. */
class PromptSpeechTest {

    private static final int MAX_TEXT = 20;
    private static final String TEXT = "Good morning.";

    private final ManualWorkers workers = new ManualWorkers();
    private final List<Spoken> spoken = new ArrayList<>();
    private final PromptSpeech speech = speech(false);

    private PromptSpeech speech(boolean normalize) {
        SpeechRequest request = new SpeechRequest(null, "model", "voice",
                new SpeechRequest.Encoding(AudioFormat.MP3, 22_050, null, null), SpeechRequest.Prosody.NORMAL, null,
                null,
                null, SpeechRequest.HotFix.NONE, false, null, normalize);
        return new PromptSpeech(request, MAX_TEXT, workers, () -> begun(new Spoken()),
                whole -> begun(new Spoken(whole.text().pieces())));
    }

    private Spoken begun(Spoken begun) {
        spoken.add(begun);
        return begun;
    }

    private Spoken only() {
        assertThat(spoken).hasSize(1);
        return spoken.get(0);
    }

    private void pass(int millis) {
        workers.pass(Duration.ofMillis(millis));
    }

    @Test
    void aTextThatIsSentAtOnceIsThereFromTheBeginning() {
        speech.say("Good ");
        speech.flush();
        speech.say("morning.");
        pass(9);
        speech.finish();
        pass(1000);
        assertThat(only().whole).containsExactly(TEXT);
        assertThat(only().steps).isEmpty();
    }

    @Test
    void itIsNormalizedAsOne() {
        PromptSpeech normalized = speech(true);
        normalized.say("**Good** ");
        normalized.say("morning.");
        normalized.finish();
        assertThat(only().whole).containsExactly(TEXT);
    }

    @Test
    void aTextThatTakesLongerIsSpokenWhileItIsWritten() {
        pass(99);
        speech.flush();
        speech.say("Good ");
        pass(9);
        assertThat(spoken).isEmpty();
        pass(1);
        assertThat(only().steps).containsExactly("flush", "say Good ");
        speech.say("morning.");
        speech.flush();
        speech.finish();
        speech.finish();
        assertThat(only().steps).containsExactly("flush", "say Good ", "say morning.", "flush", "finish", "finish");
        assertThat(only().whole).isNull();
    }

    @Test
    void anUtteranceWithoutTextBeginsNeverthelessAndHasItsTimeLimits() {
        pass(99);
        assertThat(spoken).isEmpty();
        pass(1);
        assertThat(only().steps).isEmpty();
    }

    @Test
    void aLongTextIsSpokenWhileItIsWritten() {
        speech.say(TEXT);
        speech.say(" Your train.");
        assertThat(only().steps).containsExactly("say Good morning.", "say  Your train.");
    }

    @Test
    void whatIsWrongWithATextIsSaidAtOnce() {
        speech.say("Good ");
        assertThatThrownBy(() -> speech.say("\ud800")).isInstanceOf(SpeechException.class);
        assertThat(only().steps).containsExactly("say Good ");
    }

    @Test
    void aTextThatCannotBeSpokenAsAWholeIsRefusedWhereItIsWritten() {
        speech.say("...");
        speech.finish();
        assertThat(only().steps).containsExactly("say ...", "finish");
    }

    @Test
    void cancelledBeforeItBeginsItSpeaksNothing() {
        speech.say(TEXT);
        speech.cancel();
        speech.say(TEXT);
        speech.flush();
        pass(1000);
        speech.finish();
        assertThat(spoken).isEmpty();
        assertThat(speech.speech().toCompletableFuture()).isCompletedExceptionally();
        assertThat(speech.result().toCompletableFuture()).isCompletedExceptionally();
        assertThat(speech.over().toCompletableFuture()).isCompleted();
    }

    @Test
    void itIsWhatSpeaks() {
        assertThat(speech.taskId()).isEmpty();
        assertThat(speech.hasAudio()).isFalse();
        speech.say(TEXT);
        speech.finish();
        Spoken playback = only();
        assertThat(speech.taskId()).contains("task");
        assertThat(speech.model()).isEqualTo("fallback");
        assertThat(speech.upstream()).contains("there");
        assertThat(speech.isBilled()).isFalse();
        assertThat(speech.hasAudio()).isTrue();
        assertThat(speech.audioBytes()).isEqualTo(7);
        assertThat(speech.audioHead()).isEqualTo(8);
        SpeechEvent.Done done = new SpeechEvent.Done(1, 2, 3);
        playback.result.complete(done);
        playback.over.complete(null);
        playback.speech.completeExceptionally(new SpeechException(SpeechException.Kind.UPSTREAM, "broke off"));
        assertThat(speech.result().toCompletableFuture()).isCompletedWithValue(done);
        assertThat(speech.over().toCompletableFuture()).isCompleted();
        assertThat(speech.speech().toCompletableFuture()).isCompletedExceptionally();
        speech.clientProgressed();
        speech.cancel();
        assertThat(playback.steps).containsExactly("progress", "cancel");
    }

    /** Takes down what it is told. */
    private static final class Spoken implements WrittenSpeech {

        final List<String> whole;
        final List<String> steps = new ArrayList<>();
        final CompletableFuture<Speech> speech = new CompletableFuture<>();
        final CompletableFuture<Void> over = new CompletableFuture<>();
        final CompletableFuture<SpeechEvent.Done> result = new CompletableFuture<>();

        Spoken() {
            this(null);
        }

        Spoken(List<String> whole) {
            this.whole = whole;
        }

        @Override
        public void say(String added) {
            if (added.contains("\ud800")) {
                throw SpeechException.invalid("text", "half a character");
            }
            steps.add("say " + added);
        }

        @Override
        public void flush() {
            steps.add("flush");
        }

        @Override
        public void finish() {
            steps.add("finish");
        }

        @Override
        public CompletionStage<Speech> speech() {
            return speech;
        }

        @Override
        public CompletionStage<Void> over() {
            return over;
        }

        @Override
        public CompletionStage<SpeechEvent.Done> result() {
            return result;
        }

        @Override
        public boolean isBilled() {
            return false;
        }

        @Override
        public boolean hasAudio() {
            return true;
        }

        @Override
        public long audioBytes() {
            return 7;
        }

        @Override
        public int audioHead() {
            return 8;
        }

        @Override
        public Optional<String> taskId() {
            return Optional.of("task");
        }

        @Override
        public String model() {
            return "fallback";
        }

        @Override
        public Optional<String> upstream() {
            return Optional.of("there");
        }

        @Override
        public void cancel() {
            steps.add("cancel");
        }

        @Override
        public void clientProgressed() {
            steps.add("progress");
        }
    }
}
