package dev.warmvoice.emulator;

import java.time.Duration;

/**
 * The faults one task has drawn, with the options where it has drawn none.
 *
 * @param failure what goes wrong; null if nothing does
 */
record TaskFaults(Duration startDelay, Duration firstAudioDelay, double realTimeFactor, int frameBytes,
        Cancel cancel, FinishedShape finishedShape, Fault.OfTask failure) {

    static TaskFaults draw(Faults faults, EmulatorOptions options) {
        var start = faults.take(Fault.StartDelay.class);
        var firstAudio = faults.take(Fault.FirstAudioDelay.class);
        var pacing = faults.take(Fault.Pacing.class);
        var frame = faults.take(Fault.FrameBytes.class);
        var cancel = faults.take(Fault.CancelAnswer.class);
        var finished = faults.take(Fault.FinishedAs.class);
        return new TaskFaults(start == null ? options.startDelay() : start.duration(),
                firstAudio == null ? options.firstAudioDelay() : firstAudio.duration(),
                pacing == null ? options.realTimeFactor() : pacing.realTimeFactor(),
                frame == null ? options.frameBytes() : frame.bytes(),
                cancel == null ? Cancel.AT_ONCE : cancel.how(),
                finished == null ? FinishedShape.FULL : finished.shape(), faults.take(Fault.OfTask.class));
    }
}
