package dev.warmvoice.clients;

/**
 * What a client tells its caller about an answer that is no audio.
 *
 * @param type the class of the exception
 * @param status the HTTP status
 * @param details where the error's code and parameter have to be found
 */
public record Failure(Class<?> type, int status, String details) {
}
