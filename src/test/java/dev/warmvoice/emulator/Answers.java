package dev.warmvoice.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;

/** A table of questions and answers in a file, written row by row. */
final class Answers {

    private final Path file;

    Answers(Path file) {
        this.file = file;
        try {
            Files.writeString(file, "| question | answer | after, s |\n| --- | --- | --- |\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void add(String question, String answer, Duration after) {
        String row = String.format(Locale.ROOT, "| %s | %s | %.3f |%n", question, cell(answer),
                after.toMillis() / 1000.0);
        try {
            Files.writeString(file, row, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String cell(String text) {
        return text.replaceAll("\\s+", " ").replace("|", "\\|");
    }
}
