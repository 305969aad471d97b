package dev.warmvoice.http.captions;

import dev.warmvoice.speech.SpeechEvent;
import java.util.List;
import java.util.Locale;

/**
 * The captions of one speech. Immutable.
 *
 * @param sentences in order, each with at least one word
 */
public record Captions(List<SpeechEvent.Words> sentences) {

    /** Overhead of an entry in memory, estimated, in bytes. */
    private static final int OVERHEAD_BYTES = 200;

    /** The memory they take, estimated, in bytes. */
    int bytes() {
        return OVERHEAD_BYTES + sentences.stream().mapToInt(SpeechEvent.Words::weight).sum();
    }

    /** As a SubRip file. */
    public String srt() {
        StringBuilder file = new StringBuilder();
        int number = 1;
        for (Cue cue : Cues.of(sentences)) {
            file.append(number++).append('\n').append(time(cue.beginMs(), ',')).append(" --> ")
                    .append(time(cue.endMs(), ',')).append('\n').append(cue.text()).append("\n\n");
        }
        return file.toString();
    }

    /** As a WebVTT file. */
    public String vtt() {
        StringBuilder file = new StringBuilder("WEBVTT\n\n");
        for (Cue cue : Cues.of(sentences)) {
            file.append(time(cue.beginMs(), '.')).append(" --> ").append(time(cue.endMs(), '.')).append('\n')
                    .append(escaped(cue.text())).append("\n\n");
        }
        return file.toString();
    }

    private static String time(int millis, char point) {
        return String.format(Locale.ROOT, "%02d:%02d:%02d%c%03d", millis / 3_600_000, millis / 60_000 % 60,
                millis / 1000 % 60, point, millis % 1000);
    }

    /** WebVTT has tags, and its arrow ends a cue. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
