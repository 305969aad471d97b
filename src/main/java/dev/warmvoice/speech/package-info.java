/**
 * What is asked and what comes back, for every entry point: requests, formats, errors, and the life of one utterance with its
 * race, its retry and its time limits.
 *
 * <p>
 * {@code http} and {@code host} call in here; it calls {@code pool} and {@code dashscope} and knows neither HTTP nor the
 * SDK. The one invariant: audio is complete only after the service said so, and everything else ends in a
 * {@link dev.warmvoice.speech.SpeechException}.
 */
@NullMarked
package dev.warmvoice.speech;

import org.jspecify.annotations.NullMarked;
