package dev.warmvoice.clients;

import static dev.warmvoice.clients.Warmvoice.answers;
import static dev.warmvoice.clients.Warmvoice.state;
import static dev.warmvoice.clients.Warmvoice.tasks;
import static dev.warmvoice.clients.Warmvoice.until;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** What each client has to do, the same for all of them. In the order of the table's columns. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(60)
abstract class ClientCases {

    private static final Path RESULTS = Path.of(System.getenv("CLIENTS_RESULTS"));

    /** The whole audio. Interrupting the thread aborts, unless the client streams. */
    protected abstract byte[] speak(Speech speech) throws Exception;

    /** Whether the client gives audio as it comes, and not only as a whole. */
    protected boolean streams() {
        return false;
    }

    /** The audio in chunks as they come. Closing the stream aborts. */
    protected Stream<byte[]> stream(Speech speech) {
        throw new UnsupportedOperationException();
    }

    /** What the client tells by an exception. */
    protected abstract Failure failure(Exception thrown);

    /** The class of the exception for a status. */
    protected abstract Class<?> typeOf(int status);

    /** How often the client sends a request that is answered with 429. */
    protected int attempts() {
        return 3;
    }

    @BeforeEach
    void calm() {
        Warmvoice.calm();
    }

    @Test
    @Order(1)
    void speaks() throws Exception {
        seen("speech", () -> {
            assertArrayEquals(Warmvoice.expected(), speak(Speech.valid()));
            return "mp3";
        });
    }

    @Test
    @Order(2)
    void streamsAsTheServiceSpeaks() throws Exception {
        assumeTrue(streams(), "the client returns whole audio only");
        seen("stream", () -> {
            Warmvoice.slow();
            ByteArrayOutputStream audio = new ByteArrayOutputStream();
            try (Stream<byte[]> chunks = stream(Speech.valid())) {
                Iterator<byte[]> remaining = chunks.iterator();
                audio.writeBytes(remaining.next());
                assertEquals(1, state().get("running"), "tasks running at the first chunk");
                remaining.forEachRemaining(audio::writeBytes);
            }
            assertArrayEquals(Warmvoice.expected(), audio.toByteArray());
            return "mp3";
        });
    }

    @Test
    @Order(3)
    void reportsTheWrongToken() throws Exception {
        refused("wrong token", Speech.valid().withToken("wrong"), 401, "invalid_api_key", 0);
    }

    @Test
    @Order(4)
    void reportsTheWrongVoice() throws Exception {
        refused("wrong voice", Speech.valid().withVoice("nobody"), 400, "voice", 1);
    }

    @Test
    @Order(5)
    void reportsTheUnknownModel() throws Exception {
        refused("no such model", Speech.valid().withModel("nothing"), 404, "model_not_found", 1);
    }

    @Test
    @Order(6)
    void reportsTextOfSymbolsOnly() throws Exception {
        refused("only symbols", Speech.valid().withInput("*** --- ***"), 400, "input", 0);
    }

    @Test
    @Order(7)
    void retriesAtTheRateLimit() throws Exception {
        seen("rate limit", () -> {
            try (InputStream held = Warmvoice.holdStream()) {
                int before = answers(429);
                assertRefused(Speech.valid(), 429, "too_many_streams");
                assertEquals(attempts(), answers(429) - before, "requests");
            }
            return "429 x" + attempts();
        });
    }

    /** Two tasks fail for one answer, because Warmvoice tries again itself. */
    @Test
    @Order(8)
    void retriesWhenTheServiceFails() throws Exception {
        seen("failing service", () -> {
            int before = answers(502);
            Map<String, Integer> tasks = state();
            Warmvoice.fault("{\"fault\":\"fail-before-audio\",\"code\":\"InternalError\",\"message\":\"down\",\"times\":2}");
            assertArrayEquals(Warmvoice.expected(), speak(Speech.valid()));
            assertEquals(1, answers(502) - before, "answers with 502");
            assertEquals(2, state().get("failed") - tasks.get("failed"), "failed tasks");
            assertEquals(1, state().get("finished") - tasks.get("finished"), "finished tasks");
            return "502, then audio";
        });
    }

    @Test
    @Order(9)
    void abortStopsTheTask() throws Exception {
        seen("abort", () -> {
            Warmvoice.slow();
            Map<String, Integer> before = state();
            abortMidway(before.get("started"));
            until("the task is cancelled", () -> state().get("cancelled") > before.get("cancelled"));
            assertArrayEquals(Warmvoice.expected(), speak(Speech.valid()));
            assertEquals(1, state().get("cancelled") - before.get("cancelled"), "cancelled tasks");
            assertEquals(0, state().get("attempted") - before.get("attempted"), "new connections");
            return "cancelled";
        });
    }

    /** Aborts while the service speaks, after the first chunk if the client gives chunks. */
    private void abortMidway(int started) throws Exception {
        Speech speech = Speech.valid().prolonged();
        if (streams()) {
            try (Stream<byte[]> chunks = stream(speech)) {
                assertTrue(chunks.iterator().next().length > 0);
            }
            return;
        }
        CompletableFuture<Exception> end = new CompletableFuture<>();
        Thread speaker = new Thread(() -> end.complete(assertThrows(Exception.class, () -> speak(speech))));
        speaker.start();
        until("the task has started", () -> state().get("started") > started);
        speaker.interrupt();
        end.get();
    }

    /** A request that is sent once, however often the client repeats others. */
    private void refused(String name, Speech speech, int status, String detail, int tasks) throws Exception {
        seen(name, () -> {
            int answersBefore = answers(status);
            int tasksBefore = tasks();
            assertRefused(speech, status, detail);
            assertEquals(1, answers(status) - answersBefore, "requests");
            assertEquals(tasks, tasks() - tasksBefore, "tasks at the service");
            return Integer.toString(status);
        });
    }

    private void assertRefused(Speech speech, int status, String detail) {
        Failure failure = failure(assertThrows(Exception.class, () -> speak(speech)));
        assertEquals(typeOf(status), failure.type(), failure.toString());
        assertEquals(status, failure.status(), failure.toString());
        assertTrue(failure.details().contains(detail), failure.toString());
    }

    /** Adds the outcome of a case to the table. */
    private static void seen(String name, Callable<String> test) throws Exception {
        String result = "FAILED";
        try {
            result = unraced(test);
        } finally {
            record(name, result);
        }
    }

    /** Repeats a test whose tasks were doubled: on a busy machine one may start late, and gets another beside it. */
    private static String unraced(Callable<String> test) throws Exception {
        for (int left = 2;; left--) {
            int before = Warmvoice.races();
            try {
                return test.call();
            } catch (AssertionError e) {
                if (left == 0 || Warmvoice.races() == before) {
                    throw e;
                }
                Warmvoice.calm();
            }
        }
    }

    private static void record(String name, String result) throws IOException {
        Files.writeString(RESULTS, String.join("\t", System.getProperty("client"), name, result) + "\n",
                StandardOpenOption.APPEND);
    }
}
