package dev.warmvoice.speech;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The audio of a text on its way to one client, wherever it comes from. Thread-safe, does not block. */
public interface Playback {

    /** The speech as soon as there is audio of it; fails with a {@link SpeechException}. */
    CompletionStage<Speech> speech();

    /** Completes when the client has taken all audio, or there will be no more; right before the client is told. */
    CompletionStage<Void> over();

    /** What the service bills for it, as soon as that is known; fails with a {@link SpeechException}. */
    CompletionStage<SpeechEvent.Done> result();

    /** Whether the service bills it for this request: not if it was, or is, spoken for another one. */
    default boolean isBilled() {
        return true;
    }

    /** Whether there has been audio. */
    boolean hasAudio();

    /** How many bytes of audio there are so far. */
    long audioBytes();

    /** The first four bytes of the audio, which say how dense MP3 is; 0 without. */
    int audioHead();

    /** The id under which the service knows the task, or its latest attempt; empty until the service has answered. */
    Optional<String> taskId();

    /** The model that speaks: a fallback, or the one that was asked for. */
    String model();

    /** The upstream of {@link #taskId}, {@code none} without one; empty if there is only one upstream. */
    Optional<String> upstream();

    /** Ends it at once, since the client wants no more of it. Does nothing after the end. */
    void cancel();

    /** To be called by the transport when the client has read some of the response. Does nothing after the end. */
    void clientProgressed();
}
