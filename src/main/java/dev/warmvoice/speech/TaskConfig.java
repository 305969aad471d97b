package dev.warmvoice.speech;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The settings {@code warmvoice.task.*}: time limits of a task. */
@ConfigMapping(prefix = "warmvoice.task")
public interface TaskConfig {

    /** Max duration of a handshake; enforced by the pool. */
    @DurationMin(millis = 100)
    @DurationMax(seconds = 60)
    Duration connectTimeout();

    /** Max time from run-task to task-started. */
    @DurationMin(millis = 100)
    @DurationMax(seconds = 60)
    Duration startTimeout();

    /** Max time from the request to its first audio, a retry included. */
    @DurationMin(millis = 100)
    @DurationMax(minutes = 10)
    Duration firstAudioTimeout();

    /** Max time without audio from the service, or without the client reading any, after the first audio. */
    @DurationMin(millis = 100)
    @DurationMax(minutes = 10)
    Duration stallTimeout();

    /** Max pause in a text that arrives in parts. The service itself allows 23 s. */
    @DurationMin(millis = 100)
    @DurationMax(seconds = 22)
    Duration textTimeout();
}
