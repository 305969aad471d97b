package dev.warmvoice.dashscope;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.Optional;

/** The messages of the protocol that this version of the SDK does not know. The vendor's newer ones send them. */
final class Messages {

    private Messages() {
    }

    /** The service ends the task at once and takes the next one on the same connection. */
    static String cancel(String taskId) {
        return message("finish-task", taskId, "{\"directive\":\"cancel\"}");
    }

    /** The service speaks the text it has, without waiting for the end of a sentence. */
    static String flush(String taskId) {
        return message("continue-task", taskId, "{\"flush\":true}");
    }

    private static String message(String action, String taskId, String input) {
        return "{\"header\":{\"action\":\"" + action + "\",\"task_id\":\"" + taskId
                + "\",\"streaming\":\"duplex\"},\"payload\":{\"input\":" + input + "}}";
    }

    /** A part of the header of a message of the service; empty if there is none or the message cannot be read. */
    static String header(String message, String name) {
        return primitive(message, "header", name).map(JsonPrimitive::getAsString).orElse("");
    }

    /** A part of the usage in a message of the service; empty if there is none or it is no number. */
    static Optional<Integer> usage(String message, String name) {
        return primitive(message, "payload", "usage", name).filter(JsonPrimitive::isNumber)
                .map(JsonPrimitive::getAsInt);
    }

    private static Optional<JsonPrimitive> primitive(String message, String... path) {
        try {
            JsonElement read = JsonParser.parseString(message);
            for (String name : path) {
                read = read != null && read.isJsonObject() ? read.getAsJsonObject().get(name) : null;
            }
            return Optional.ofNullable(read).filter(JsonElement::isJsonPrimitive).map(JsonElement::getAsJsonPrimitive);
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }
}
