package dev.warmvoice.dashscope;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;

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
        try {
            JsonElement read = JsonParser.parseString(message);
            JsonObject header = read.isJsonObject() ? read.getAsJsonObject().getAsJsonObject("header") : null;
            JsonElement value = header == null ? null : header.get(name);
            return value == null || !value.isJsonPrimitive() ? "" : value.getAsString();
        } catch (JsonParseException | ClassCastException e) {
            return "";
        }
    }
}
