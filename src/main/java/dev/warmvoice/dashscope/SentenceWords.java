package dev.warmvoice.dashscope;

import java.util.List;

/**
 * When the words of a sentence are spoken, as far as the service knows.
 *
 * @param index the sentence's number within the task, from 0
 * @param text the sentence as the client has written it; empty where the service does not tell
 * @param words in order
 */
public record SentenceWords(int index, String text, List<Word> words) {
}
