package dev.warmvoice.speech;

import dev.warmvoice.pool.upstream.Upstreams;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;

/** What all utterances of the process share. */
record SpeechResources(Upstreams upstreams, TaskConfig limits, SpeechMetrics metrics, SpeechTracer tracer,
        Workers workers,
        Heartbeat time) {
}
