package dev.warmvoice.speech;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The settings {@code warmvoice.task.*}: how long each part of a task may take. */
@ConfigMapping(prefix = "warmvoice.task")
public interface TaskConfig {

    /** The handshake of a connection; the pool keeps this one. */
    @DurationMin(millis = 1)
    Duration connectTimeout();

    /** From run-task to task-started. */
    @DurationMin(millis = 1)
    Duration startTimeout();

    /** From the request to its first audio, a retry included. */
    @DurationMin(millis = 1)
    Duration firstAudioTimeout();

    /** How long the audio may stand still once it flows. */
    @DurationMin(millis = 1)
    Duration stallTimeout();

    /** How long a text that comes bit by bit may pause. The service itself allows 23 s. */
    @DurationMin(millis = 1)
    @DurationMax(seconds = 22)
    Duration textTimeout();
}
