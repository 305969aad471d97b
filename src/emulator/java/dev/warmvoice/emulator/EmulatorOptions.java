package dev.warmvoice.emulator;

import java.time.Duration;

/**
 * How an emulator behaves as long as no {@link Fault} says otherwise.
 *
 * @param port to listen on at 127.0.0.1; 0 takes a free one
 * @param apiKey the only key it accepts at first
 * @param realTimeFactor
 *            time to deliver audio divided by the time it plays: 0.2 is five times as fast as it plays, 0 as fast as
 *            possible. The service's own is 0.1 to 0.5
 * @param startDelay from run-task to task-started. Text that comes in between is kept, as the service does
 * @param firstAudioDelay from the first text to the first audio, at least
 * @param handshakeDelay from the request for a WebSocket to the answer
 * @param frameBytes
 *            size of a binary frame, the last of a sentence excepted. The vendor's pages and recordings of the real
 *            service have 4000, 8000 and some 23,000
 * @param tasksPerSecond how many tasks of each model an account may submit in any second; 0 is no limit
 * @param idleClose how long a connection without a task stays open
 * @param textTimeout how long a task with nothing left to speak waits for text
 * @param pings what becomes of the client's
 * @param certificate for {@code wss}; null is {@code ws}
 */
public record EmulatorOptions(int port, String apiKey, double realTimeFactor, Duration startDelay,
        Duration firstAudioDelay, Duration handshakeDelay, int frameBytes, int tasksPerSecond, Duration idleClose,
        Duration textTimeout, Pings pings, Certificate certificate) {

    /** The key an emulator accepts unless told otherwise. */
    public static final String DEFAULT_API_KEY = "emulator-key";

    /** Rejects what cannot work. */
    public EmulatorOptions {
        require(port >= 0 && port <= 65535, "port must be 0 to 65535");
        require(apiKey != null && !apiKey.isBlank(), "apiKey must not be blank");
        require(realTimeFactor >= 0 && Double.isFinite(realTimeFactor), "realTimeFactor must be 0 or more");
        require(!startDelay.isNegative(), "startDelay must not be negative");
        require(!firstAudioDelay.isNegative(), "firstAudioDelay must not be negative");
        require(!handshakeDelay.isNegative(), "handshakeDelay must not be negative");
        require(frameBytes > 0, "frameBytes must be positive");
        require(tasksPerSecond >= 0, "tasksPerSecond must be 0 or more");
        require(idleClose.toMillis() > 0, "idleClose must be 1 ms or more");
        require(textTimeout.toMillis() > 0, "textTimeout must be 1 ms or more");
        require(pings != null, "pings must not be null");
    }

    /** @return the service's limits, without its slowness */
    public static EmulatorOptions defaults() {
        return new EmulatorOptions(0, DEFAULT_API_KEY, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 4000, 3,
                Duration.ofSeconds(60), Duration.ofSeconds(23), Pings.ANSWERED, null);
    }

    /** @return a copy with another port */
    public EmulatorOptions withPort(int value) {
        return new EmulatorOptions(value, apiKey, realTimeFactor, startDelay, firstAudioDelay, handshakeDelay,
                frameBytes, tasksPerSecond, idleClose, textTimeout, pings, certificate);
    }

    /** @return a copy with another key */
    public EmulatorOptions withApiKey(String value) {
        return new EmulatorOptions(port, value, realTimeFactor, startDelay, firstAudioDelay, handshakeDelay,
                frameBytes, tasksPerSecond, idleClose, textTimeout, pings, certificate);
    }

    /** @return a copy with another pace */
    public EmulatorOptions withRealTimeFactor(double value) {
        return new EmulatorOptions(port, apiKey, value, startDelay, firstAudioDelay, handshakeDelay, frameBytes,
                tasksPerSecond, idleClose, textTimeout, pings, certificate);
    }

    /** @return a copy with another delay of task-started */
    public EmulatorOptions withStartDelay(Duration value) {
        return new EmulatorOptions(port, apiKey, realTimeFactor, value, firstAudioDelay, handshakeDelay, frameBytes,
                tasksPerSecond, idleClose, textTimeout, pings, certificate);
    }

    /** @return a copy with another delay of the first audio */
    public EmulatorOptions withFirstAudioDelay(Duration value) {
        return new EmulatorOptions(port, apiKey, realTimeFactor, startDelay, value, handshakeDelay, frameBytes,
                tasksPerSecond, idleClose, textTimeout, pings, certificate);
    }

    /** @return a copy with another delay of the handshake */
    public EmulatorOptions withHandshakeDelay(Duration value) {
        return new EmulatorOptions(port, apiKey, realTimeFactor, startDelay, firstAudioDelay, value, frameBytes,
                tasksPerSecond, idleClose, textTimeout, pings, certificate);
    }

    /** @return a copy with another frame size */
    public EmulatorOptions withFrameBytes(int value) {
        return new EmulatorOptions(port, apiKey, realTimeFactor, startDelay, firstAudioDelay, handshakeDelay, value,
                tasksPerSecond, idleClose, textTimeout, pings, certificate);
    }

    /** @return a copy with another rate limit */
    public EmulatorOptions withTasksPerSecond(int value) {
        return new EmulatorOptions(port, apiKey, realTimeFactor, startDelay, firstAudioDelay, handshakeDelay,
                frameBytes, value, idleClose, textTimeout, pings, certificate);
    }

    /** @return a copy with another idle time */
    public EmulatorOptions withIdleClose(Duration value) {
        return new EmulatorOptions(port, apiKey, realTimeFactor, startDelay, firstAudioDelay, handshakeDelay,
                frameBytes, tasksPerSecond, value, textTimeout, pings, certificate);
    }

    /** @return a copy with another text timer */
    public EmulatorOptions withTextTimeout(Duration value) {
        return new EmulatorOptions(port, apiKey, realTimeFactor, startDelay, firstAudioDelay, handshakeDelay,
                frameBytes, tasksPerSecond, idleClose, value, pings, certificate);
    }

    /** @return a copy with another way with pings */
    public EmulatorOptions withPings(Pings value) {
        return new EmulatorOptions(port, apiKey, realTimeFactor, startDelay, firstAudioDelay, handshakeDelay,
                frameBytes, tasksPerSecond, idleClose, textTimeout, value, certificate);
    }

    /** @return a copy that serves {@code wss} */
    public EmulatorOptions withCertificate(Certificate value) {
        return new EmulatorOptions(port, apiKey, realTimeFactor, startDelay, firstAudioDelay, handshakeDelay,
                frameBytes, tasksPerSecond, idleClose, textTimeout, pings, value);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
