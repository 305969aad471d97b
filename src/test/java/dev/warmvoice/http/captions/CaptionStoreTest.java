package dev.warmvoice.http.captions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.warmvoice.http.auth.Client;
import dev.warmvoice.http.auth.TestClients;
import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.SpeechEvent.Word;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.SetClocks;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaptionStoreTest {

    private final SetClocks clocks = new SetClocks();
    private final Heartbeat time = new Heartbeat(clocks, Duration.ofSeconds(2));
    private final Client client = TestClients.unlimited();
    private final CaptionStore store = store("10m");

    @Test
    void keepsCaptionsForTheConfiguredTime() {
        record(store, "id", 1);
        clocks.pass(Duration.ofMinutes(9));
        assertThat(store.find(client, "id")).isPresent();
        clocks.pass(Duration.ofMinutes(2));
        assertThat(store.find(client, "id")).isEmpty();
    }

    @Test
    void anotherClientDoesNotGetThem() {
        record(store, "id", 1);
        assertThat(store.find(TestClients.unlimited(), "id")).isEmpty();
    }

    @Test
    void memoryIsBounded() {
        for (int i = 0; i < 100; i++) {
            record(store, "id" + i, 1000);
        }
        long kept = 0;
        for (int i = 0; i < 100; i++) {
            kept += store.find(client, "id" + i).map(Captions::bytes).orElse(0);
        }
        assertThat(kept).isBetween(500_000L, 1_048_576L);
    }

    @Test
    void captionsThatNeverFitAreDropped() {
        record(store, "id", 100_000);
        assertThat(store.find(client, "id")).isEmpty();
    }

    @Test
    void newsOfASentenceReplaceWhatWasKnown() {
        CaptionRecorder recorder = store.recorder(client).orElseThrow();
        recorder.add(words(1, 2));
        recorder.add(words(0, 1));
        recorder.add(words(1, 3));
        for (int news = 0; news < 20_000; news++) {
            recorder.add(words(1, 3));
        }
        recorder.complete("id");
        assertThat(store.find(client, "id").orElseThrow().sentences()).extracting(SpeechEvent.Words::sentence,
                sentence -> sentence.words().size()).containsExactly(tuple(0, 1),
                        tuple(1, 3));
    }

    @Test
    void isOffByDefault() {
        CaptionStore off = store(null);
        assertThat(off.isOn()).isFalse();
        assertThat(off.recorder(client)).isEmpty();
        assertThat(off.find(client, "id")).isEmpty();
    }

    private void record(CaptionStore into, String id, int sentences) {
        CaptionRecorder recorder = into.recorder(client).orElseThrow();
        for (int i = 0; i < sentences; i++) {
            recorder.add(words(i, 1));
        }
        recorder.complete(id);
    }

    private static SpeechEvent.Words words(int sentence, int count) {
        return new SpeechEvent.Words(sentence, "", Collections.nCopies(count, new Word("a", 0, 1, 0, 1)));
    }

    private CaptionStore store(String keep) {
        SmallRyeConfigBuilder config = new SmallRyeConfigBuilder().withMapping(CaptionsConfig.class)
                .withDefaultValue("warmvoice.captions.max-megabytes", "1");
        if (keep != null) {
            config.withDefaultValue("warmvoice.captions.keep", keep);
        }
        return new CaptionStore(config.addDiscoveredConverters().build().getConfigMapping(CaptionsConfig.class), time);
    }
}
