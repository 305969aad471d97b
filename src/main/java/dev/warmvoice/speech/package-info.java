/**
 * Requests and their audio, for every entry point: formats, errors, and the life of one utterance with its race, its
 * retry and its time limits.
 *
 * <p>
 * Called by {@code http}. Calls {@code pool} and {@code dashscope}, and knows neither HTTP nor the SDK. Invariant: audio is
 * complete only after the service said so, and everything else ends in a {@link dev.warmvoice.speech.SpeechException}.
 */
@NullMarked
package dev.warmvoice.speech;

import org.jspecify.annotations.NullMarked;
