package dev.warmvoice.leaks;

import io.vertx.core.json.Json;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.Character.UnicodeScript;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Finds secrets and parts of texts in files: any 16 characters in a row of which half are letters, any six Han
 * characters, and the whole of a text with 12 to 15 characters; each in plain form and JSON-escaped. Shorter parts
 * cause false positives: «s over the la» is in a text and in the description of a metric.
 */
final class SecretScanner {

    /** The number of characters read at a time. */
    static final int BUFFER = 1 << 16;
    private static final int WIDTH = 16;
    private static final int SHORTEST = 12;
    private static final int CONTEXT = 100;

    private final Set<String> wholes;
    private final List<Windows> windows = List.of(
            new Windows(WIDTH, window -> window.chars().filter(Character::isLetter).count() >= WIDTH / 2),
            new Windows(6, window -> window.chars().allMatch(c -> UnicodeScript.of(c) == UnicodeScript.HAN)));
    private final int overlap;

    SecretScanner(Collection<String> secrets, Collection<String> texts) {
        wholes = new HashSet<>(secrets);
        for (String text : texts) {
            String escaped = Json.encode(text);
            for (String spelling : List.of(text, escaped.substring(1, escaped.length() - 1))) {
                windows.forEach(some -> some.add(spelling));
                if (spelling.length() >= SHORTEST && spelling.length() < WIDTH && !spelling.isBlank()) {
                    wholes.add(spelling);
                }
            }
        }
        overlap = Math.max(WIDTH, wholes.stream().mapToInt(String::length).max().orElse(0)) - 1;
    }

    /** The findings in a file, each with the context of its first occurrence. */
    Map<String, String> in(Path file) throws IOException {
        Map<String, String> found = new TreeMap<>();
        char[] buffer = new char[BUFFER];
        int kept = 0;
        try (Reader reader = new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8)) {
            for (int read; (read = reader.read(buffer, kept, BUFFER - kept)) >= 0;) {
                int length = kept + read;
                String part = new String(buffer, 0, length);
                for (String whole : wholes) {
                    remember(whole, part, part.indexOf(whole), found);
                }
                for (Windows some : windows) {
                    int at = some.indexIn(buffer, length);
                    if (at >= 0) {
                        remember(part.substring(at, at + some.width), part, at, found);
                    }
                }
                kept = Math.min(overlap, length);
                System.arraycopy(buffer, length - kept, buffer, 0, kept);
            }
        }
        return found;
    }

    private static void remember(String what, String part, int at, Map<String, String> found) {
        if (at >= 0) {
            found.putIfAbsent(what, part.substring(Math.max(0, at - CONTEXT),
                    Math.min(part.length(), at + what.length() + CONTEXT)));
        }
    }

    /** A set of strings of one length. A rolling hash excludes most non-members. */
    private static final class Windows {

        private static final int HASHES = 1 << 24;
        private static final int BASE = 31;

        private final int width;
        private final Predicate<String> telling;
        private final Set<String> all = new HashSet<>();
        private final BitSet hashes = new BitSet(HASHES);
        /** The factor of the character that leaves the rolling hash. */
        private final int last;

        Windows(int width, Predicate<String> telling) {
            this.width = width;
            this.telling = telling;
            int power = 1;
            for (int i = 0; i < width; i++) {
                power *= BASE;
            }
            last = power;
        }

        void add(String text) {
            for (int i = 0; i + width <= text.length(); i++) {
                String window = text.substring(i, i + width);
                if (!all.contains(window) && telling.test(window)) {
                    all.add(window);
                    hashes.set(bit(window.hashCode()));
                }
            }
        }

        /** The position of the first occurrence, or -1. */
        int indexIn(char[] buffer, int length) {
            int hash = 0; // Computed as String.hashCode() of the current window.
            for (int i = 0; i < length; i++) {
                hash = hash * BASE + buffer[i] - (i < width ? 0 : last * buffer[i - width]);
                int begin = i + 1 - width;
                if (begin >= 0 && hashes.get(bit(hash)) && all.contains(new String(buffer, begin, width))) {
                    return begin;
                }
            }
            return -1;
        }

        private static int bit(int hash) {
            return (hash ^ hash >>> 8) & HASHES - 1;
        }
    }
}
