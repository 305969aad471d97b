package dev.warmvoice.emulator;

import dev.warmvoice.emulator.voice.Word;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import java.util.List;

/** The service's events as JSON. */
final class Events {

    private Events() {
    }

    static JsonObject taskStarted(String taskId) {
        return event(taskId, "task-started", new JsonObject());
    }

    static JsonObject sentenceBegin(String taskId, int index, String text) {
        return resultGenerated(taskId, new JsonObject().put("type", "sentence-begin").put("original_text", text)
                .put("sentence", sentence(index, new JsonArray())), null);
    }

    /** Announces the binary frame that comes next. */
    static JsonObject sentenceSynthesis(String taskId, int index) {
        return resultGenerated(taskId, new JsonObject().put("type", "sentence-synthesis").put("sentence",
                sentence(index, new JsonArray())), null);
    }

    /**
     * @param words with times from the beginning of the sentence
     * @param begin seconds of the task's audio before this sentence
     * @param usage billed so far in this task
     */
    static JsonObject sentenceEnd(String taskId, int index, String text, List<Word> words, double begin,
            JsonObject usage) {
        var timed = new JsonArray();
        for (Word word : words) {
            timed.add(new JsonObject().put("text", word.text()).put("begin_index", word.beginIndex())
                    .put("end_index", word.endIndex()).put("begin_time", millis(begin + word.begin()))
                    .put("end_time", millis(begin + word.end())));
        }
        return resultGenerated(taskId, new JsonObject().put("type", "sentence-end").put("original_text", text)
                .put("sentence", sentence(index, timed)), usage);
    }

    static JsonObject taskFinished(String taskId, JsonObject usage, FinishedShape shape) {
        JsonObject event = event(taskId, "task-finished", new JsonObject()
                .put("output", new JsonObject().put("sentence", new JsonObject().put("words", new JsonArray())))
                .put("usage", usage));
        shape.apply(event.getJsonObject("header"), event.getJsonObject("payload"));
        return event;
    }

    static JsonObject taskFailed(String taskId, ProtocolException failure) {
        JsonObject event = event(taskId, "task-failed", new JsonObject());
        event.getJsonObject("header").put("error_code", failure.code()).put("error_message", failure.getMessage());
        return event;
    }

    private static JsonObject resultGenerated(String taskId, JsonObject output, JsonObject usage) {
        var payload = new JsonObject().put("output", output);
        if (usage != null) {
            payload.put("usage", usage);
        }
        return event(taskId, "result-generated", payload);
    }

    private static JsonObject event(String taskId, String name, JsonObject payload) {
        var header = new JsonObject().put("task_id", taskId).put("event", name).put("attributes", new JsonObject());
        return new JsonObject().put("header", header).put("payload", payload);
    }

    private static JsonObject sentence(int index, JsonArray words) {
        return new JsonObject().put("index", index).put("words", words);
    }

    private static long millis(double seconds) {
        return (long) (seconds * 1000);
    }
}
