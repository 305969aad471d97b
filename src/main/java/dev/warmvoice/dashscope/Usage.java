package dev.warmvoice.dashscope;

/**
 * What the service bills for a task. A model is billed by characters or by tokens; what it is not billed by is 0.
 *
 * @param characters of the text, a Han character as two
 * @param inputTokens of the text
 * @param outputTokens of the audio
 */
public record Usage(int characters, int inputTokens, int outputTokens) {
}
