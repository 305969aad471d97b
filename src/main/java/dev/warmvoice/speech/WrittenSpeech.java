package dev.warmvoice.speech;

/** Speech of a text that is still being written. Thread-safe, does not block. */
public interface WrittenSpeech extends Playback {

    /**
     * Adds text. Does nothing after the end, which was reported already.
     *
     * @throws SpeechException naming {@code text} and the bound it breaks; the speech goes on without it
     */
    void say(String added);

    /**
     * Makes the service speak all text so far, without waiting for the end of a sentence. Does nothing if it is complete.
     *
     * @throws SpeechException naming {@code text} and the bound it breaks
     */
    void flush();

    /**
     * No more text will come. Does nothing the second time, nor after the end.
     *
     * @throws SpeechException if there was none that can be spoken; the speech goes on without
     */
    void finish();
}
