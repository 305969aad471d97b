package dev.warmvoice.speech;

import dev.warmvoice.pool.ConnectionPool;
import dev.warmvoice.pool.rate.TaskRate;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;

/** What all utterances of the process share. */
record SpeechResources(ConnectionPool pool, TaskRate rate, TaskConfig limits, SpeechMetrics metrics, Workers workers,
        Heartbeat time) {
}
