package dev.warmvoice.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The questions on the emulator. Its answers are the assumed ones, so this tests that the questions measure right. */
class EmulatorQuestionsTest extends ServiceQuestions {

    /** @param seconds the timer of the service that triggers the answer, 0 for none */
    private record Belief(String question, String answer, int seconds) {
    }

    private static final String SPOKEN = "task-finished, with audio";
    private static final String INVALID = "task-failed InvalidParameter: ";
    private static final String INVALID_RUN_TASK = INVALID + "Invalid action('run-task')! Please follow the protocol!";
    private static final String CLOSED = "close frame 1000 Bye";

    private static final Map<String, Belief> BELIEFS = Stream.of(
            new Belief("How does an unused connection end?", CLOSED, 60),
            new Belief("How many pings does the service send meanwhile?", "0", 60),
            new Belief("How does an unused connection end with a ping every 10 s?", CLOSED, 60),
            new Belief("How does a connection end after its task?", CLOSED, 60),
            new Belief("How does a connection end after its task with a ping every 10 s?", CLOSED, 60),
            new Belief("How does a task end on a connection that was idle for 20 s?", SPOKEN, 0),
            new Belief("How does a task end on a connection that was idle for 25 s?", SPOKEN, 0),
            new Belief("How does a task end on a connection that was idle for 30 s?", SPOKEN, 0),
            new Belief("How does a task end on a connection that was idle for 45 s?", SPOKEN, 0),
            new Belief("How does a task end on a connection that was idle for 55 s?", SPOKEN, 0),
            new Belief("Is a ping answered on an idle connection?", "yes", 0),
            new Belief("Is a ping answered during a task?", "yes", 0),
            new Belief("How does a task with a volume of 101 end?",
                    INVALID + "volume must be from 0 to 100.", 0),
            new Belief("How does the next task on its connection end?", CLOSED, 0),
            new Belief("How does a task with two SSML texts end?",
                    INVALID + "Text request limit violated, expected 1.", 0),
            new Belief("How does the next task on that connection end?", CLOSED, 0),
            new Belief("How does the service answer a run-task during a task?", INVALID_RUN_TASK, 0),
            new Belief("Which task does the answer name?", "the second", 0),
            new Belief("How does the first task end after that, when it gets its text?",
                    CLOSED, 0),
            new Belief("How does a task end whose text and finish name other tasks?", SPOKEN, 0),
            new Belief("How does a task end whose id is no UUID?", SPOKEN, 0),
            new Belief("How does the service answer a run-task with the previous task's id?",
                    INVALID + "task_id must be new for each task.", 0),
            new Belief("How does the service answer a cancel right after the end of a task?",
                    INVALID + "Invalid action('finish-task')! Please follow the protocol!", 0),
            new Belief("How does a task without text end?",
                    INVALID + "Please ensure input text is valid.", 0),
            new Belief("How does a task with an emoji alone end?", "task-finished, without audio", 0),
            new Belief("How long does a handshake take?", "accepted", 0),
            new Belief("How long does task-started take?", "came", 0),
            new Belief("How long does the first audio take?", "came", 0),
            new Belief("How long does a second of audio take from then on?", SPOKEN, 0))
            .collect(Collectors.toMap(Belief::question, Function.identity()));

    private static final Path FILE = Path.of("target", "emulator-answers.md");

    private static Answers answers;

    EmulatorQuestionsTest() {
        super(new EmulatedService());
    }

    @BeforeAll
    static void begin() {
        answers = new Answers(FILE);
    }

    @Override
    void report(String question, String answer, Duration after) {
        Belief belief = BELIEFS.get(question);
        assertThat(belief).as(question).isNotNull();
        assertThat(answer).as(question).isEqualTo(belief.answer());
        // A client notices the start of an interval a little late.
        Duration timer = EmulatedService.SECOND.multipliedBy(belief.seconds());
        assertThat(after).as(question).isBetween(timer.multipliedBy(9).dividedBy(10), timer.plusSeconds(2));
        answers.add(question, answer, after);
        assertThat(FILE).content().contains("| " + question + " | " + answer + " | ");
    }

    @ParameterizedTest
    @CsvSource({"CLOSE_FRAME,close frame 1000 Bye", "FIN,'no close frame, FIN'",
            "RST,'no close frame, java.net.SocketException: Connection reset'", "VANISH,still open"})
    void distinguishesHowConnectionsEnd(Cut how, String words) {
        try (Emulator emulator = Emulator.start()) {
            TestClient client = TestClient.connect(emulator);
            emulator.cutIdle(how);
            client.within(EmulatedService.SECOND.multipliedBy(4), client::isClosed);
            assertThat(client.end()).isEqualTo(words);
        }
    }
}
