package dev.warmvoice.emulator;

import static dev.warmvoice.emulator.TestClient.parameters;

import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Questions about undocumented behaviour of the service against which the product guards. The tests report each answer,
 * and fail only without a connection.
 */
abstract class ServiceQuestions {

    /** The max time in seconds to watch a connection; the vendor documents 61 s after a task. */
    private static final int WATCH = 120;

    /** The time in seconds within which any answer arrives. */
    private static final int SILENCE = 20;

    private final ServiceUnderTest service;

    ServiceQuestions(ServiceUnderTest service) {
        this.service = service;
    }

    /** @param after the time since the start of the measured interval */
    abstract void report(String question, String answer, Duration after);

    @AfterEach
    void close() {
        service.close();
    }

    // Idle connections

    @Test
    void howAnUnusedConnectionEnds() {
        TestClient client = service.connect();
        client.within(service.seconds(WATCH), client::isClosed);
        report("How does an unused connection end?", client.end(), client.age());
        report("How many pings does the service send meanwhile?", String.valueOf(client.pings()), client.age());
    }

    @Test
    void howAnUnusedConnectionWithPingsEnds() {
        TestClient client = service.connect();
        for (int i = 0; i < WATCH / 10 && !client.isClosed(); i++) {
            client.sendPing();
            client.within(service.seconds(10), client::isClosed);
        }
        report("How does an unused connection end with a ping every 10 s?", client.end(), client.age());
    }

    @Test
    void howAConnectionEndsAfterATask() {
        TestClient client = service.connect();
        client.speak("Hi.");
        long begin = System.nanoTime();
        client.within(service.seconds(WATCH), client::isClosed);
        report("How does a connection end after its task?", client.end(), since(begin));
    }

    /** Two clients in use rely on pings as keep-alive; an employee of the vendor denies that they work. */
    @Test
    void howAConnectionWithPingsEndsAfterATask() {
        TestClient client = service.connect();
        client.speak("Hi.");
        long begin = System.nanoTime();
        for (int i = 0; i < WATCH / 10 && !client.isClosed(); i++) {
            client.sendPing();
            client.within(service.seconds(10), client::isClosed);
        }
        report("How does a connection end after its task with a ping every 10 s?", client.end(), since(begin));
    }

    @Test
    void whetherAnIdleConnectionAcceptsATask() {
        Map<Integer, TestClient> clients = new LinkedHashMap<>();
        for (int age : List.of(20, 25, 30, 45, 55)) {
            clients.put(age, service.connect());
        }
        clients.forEach((age, client) -> {
            client.within(service.seconds(age).minus(client.age()), client::isClosed);
            reportTask("How does a task end on a connection that was idle for " + age + " s?", client,
                    parameters(), "Hi.");
        });
    }

    @Test
    void whetherPingsAreAnswered() {
        TestClient client = service.connect();
        reportPing("Is a ping answered on an idle connection?", client);
        client.run(parameters());
        client.awaitEvent("task-started");
        reportPing("Is a ping answered during a task?", client);
    }

    // Connections after a failure

    @Test
    void whetherAConnectionIsUsableAfterARejectedTask() {
        TestClient client = service.connect();
        reportTask("How does a task with a volume of 101 end?", client, parameters().put("volume", 101), "Hi.");
        reportTask("How does the next task on its connection end?", client, parameters(), "Hi.");
    }

    @Test
    void whetherAConnectionIsUsableAfterATaskThatFailedMidway() {
        TestClient client = service.connect();
        reportTask("How does a task with two SSML texts end?", client, parameters().put("enable_ssml", true),
                "<speak>Hi.</speak>", "<speak>Hi.</speak>");
        reportTask("How does the next task on that connection end?", client, parameters(), "Hi.");
    }

    @Test
    void whetherARunTaskEndsTheRunningTask() {
        TestClient client = service.connect();
        String first = client.run(parameters());
        client.awaitEvent("task-started");
        client.forget();
        String second = client.run(parameters());
        client.within(service.seconds(SILENCE), () -> !client.order().isEmpty() || client.isClosed());
        report("How does the service answer a run-task during a task?", outcome(client), client.sinceSubmitted());
        String named = client.order().isEmpty() ? "" : taskId(client.events(client.order().get(0)).get(0));
        report("Which task does the answer name?",
                named.equals(first) ? "the first" : named.equals(second) ? "the second" : "none",
                client.sinceSubmitted());

        client.forget();
        long begin = System.nanoTime();
        client.text(first, "Hi.");
        client.finish(first);
        client.within(service.seconds(SILENCE), () -> ended(client));
        report("How does the first task end after that, when it gets its text?", outcome(client), since(begin));
    }

    @Test
    void whetherAnIdMayBeUsedAgain() {
        TestClient client = service.connect();
        String id = client.run(parameters());
        client.text(id, "Hi.");
        client.finish(id);
        client.awaitEnd();
        client.forget();
        client.run(id, TestClient.MODEL, parameters());
        client.within(service.seconds(SILENCE), () -> !client.order().isEmpty() || client.isClosed());
        report("How does the service answer a run-task with the previous task's id?", outcome(client),
                client.sinceSubmitted());
    }

    /** The vendor states only that the audio would be out of order; a client in use does so. */
    @Test
    void whetherTheIdOfAnotherTaskIsTolerated() {
        TestClient client = service.connect();
        client.run(parameters());
        client.text("another-id", "Hi.");
        client.finish("yet-another-id");
        client.within(service.account().patience(), () -> ended(client));
        report("How does a task end whose text and finish name other tasks?", outcome(client),
                client.sinceSubmitted());
    }

    @Test
    void whetherAnIdHasToBeAUuid() {
        TestClient client = service.connect();
        client.run("no uuid", TestClient.MODEL, parameters());
        client.text("no uuid", "Hi.");
        client.finish("no uuid");
        client.within(service.account().patience(), () -> ended(client));
        report("How does a task end whose id is no UUID?", outcome(client), client.sinceSubmitted());
    }

    /** A client cannot avoid it: task-finished may be in flight when the client cancels. */
    @Test
    void howALateCancelIsAnswered() {
        TestClient client = service.connect();
        String id = client.run(parameters());
        client.text(id, "Hi.");
        client.finish(id);
        client.awaitEnd();
        client.forget();
        long begin = System.nanoTime();
        client.cancel(id);
        client.within(service.account().patience(), () -> ended(client));
        report("How does the service answer a cancel right after the end of a task?", outcome(client), since(begin));
    }

    @Test
    void howATaskWithoutTextEnds() {
        reportTask("How does a task without text end?", service.connect(), parameters());
    }

    @Test
    void howAnEmojiAloneEnds() {
        reportTask("How does a task with an emoji alone end?", service.connect(), parameters(),
                "\uD83D\uDE00");
    }

    // Durations

    @Test
    void howFastItIs() {
        // Excludes the first task of a JVM, which is slow.
        service.connect().speak("Hi.");
        long begin = System.nanoTime();
        TestClient client = service.connect();
        report("How long does a handshake take?", "accepted", since(begin));

        String id = client.run(parameters());
        client.awaitEvent("task-started");
        report("How long does task-started take?", "came", client.sinceSubmitted());

        begin = System.nanoTime();
        client.text(id, "Good morning. Your train leaves at nine.");
        client.finish(id);
        client.awaitEvent("audio");
        report("How long does the first audio take?", "came", since(begin));

        begin = System.nanoTime();
        client.awaitEnd();
        double secondsOfAudio = client.audio().length / 32000.0;
        report("How long does a second of audio take from then on?", outcome(client),
                Duration.ofNanos((long) (since(begin).toNanos() / secondsOfAudio)));
    }

    private void reportTask(String question, TestClient client, JsonObject parameters, String... texts) {
        client.forget();
        String id = client.run(parameters);
        for (String text : texts) {
            client.text(id, text);
        }
        client.finish(id);
        client.within(service.account().patience(), () -> ended(client));
        report(question, outcome(client), client.sinceSubmitted());
    }

    private void reportPing(String question, TestClient client) {
        int before = client.pongs();
        long begin = System.nanoTime();
        client.sendPing();
        boolean answered = client.within(service.account().patience(), () -> client.pongs() > before);
        report(question, answered ? "yes" : "no", since(begin));
    }

    private static boolean ended(TestClient client) {
        return client.has("task-finished") || client.has("task-failed") || client.isClosed();
    }

    /** The outcome of a task, in the service's words if it sent any. */
    private static String outcome(TestClient client) {
        if (client.has("task-failed")) {
            JsonObject header = client.failure();
            return "task-failed " + header.getString("error_code") + ": " + header.getString("error_message");
        }
        if (client.has("task-finished")) {
            return client.has("audio") ? "task-finished, with audio" : "task-finished, without audio";
        }
        if (client.isClosed()) {
            return client.end();
        }
        return client.order().isEmpty() ? "nothing" : client.order().get(client.order().size() - 1);
    }

    private static String taskId(JsonObject event) {
        return event.getJsonObject("header").getString("task_id");
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
