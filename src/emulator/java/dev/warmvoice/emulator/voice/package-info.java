/**
 * The emulator's voice: text in, audio bytes out, and nothing of the wire.
 *
 * <p>
 * Only the rest of the emulator and the tests call it. The one invariant: what is spoken depends on nothing but the
 * text and the {@link dev.warmvoice.emulator.voice.SpeechParameters}, byte for byte.
 */
package dev.warmvoice.emulator.voice;
