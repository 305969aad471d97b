package dev.warmvoice.testing;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the tests see of the product that others than the client may read too: logs, headers, errors, metrics, health;
 * and what of their own must not be found in it. All of it is in files, since Quarkus loads test classes more than once.
 * Thread-safe.
 */
public final class ObservedOutput {

    private static final Path FOLDER = Path.of(System.getProperty("overheard", "target/overheard"));
    private static final Path SEEN = FOLDER.resolve("seen");
    private static final Path KEPT = FOLDER.resolve("kept");
    /** Anything shorter is no secret that could be told from a word. */
    private static final int SECRET = 8;

    private static final Pattern TEXT = Pattern.compile("\"(?:input|instructions|text)\"\\s*:\\s*\"([^\"]*)");

    private static final PrintStream ANSWERS = open(SEEN, "answers-", ".txt");
    private static final PrintStream SECRETS = open(KEPT, "secrets-", ".json");
    private static final PrintStream TEXTS = open(KEPT, "texts-", ".json");
    private static final Set<String> KNOWN = ConcurrentHashMap.newKeySet();

    private ObservedOutput() {
    }

    /** A file for what a process logs. */
    public static Path log() throws IOException {
        return Files.createTempFile(Files.createDirectories(SEEN), "artifact-", ".log");
    }

    public static void say(String something) {
        ANSWERS.println(something);
    }

    /** The body is what only the client gets, unless it is that of an error. */
    public static void answer(int status, Object headers, String body) {
        say("status " + status + " " + headers);
        if (status >= 400) {
            say(body);
        }
    }

    /** Takes an answer that may be speech. */
    public static BodySubscriber<byte[]> speech(ResponseInfo info) {
        return BodySubscribers.mapping(BodySubscribers.ofByteArray(), body -> {
            answer(info.statusCode(), info.headers().map(), new String(body, StandardCharsets.UTF_8));
            return body;
        });
    }

    /** Takes an answer that may be speech as it comes. */
    static BodySubscriber<InputStream> openSpeech(ResponseInfo info) {
        if (info.statusCode() >= 400) {
            return BodySubscribers.mapping(speech(info), ByteArrayInputStream::new);
        }
        answer(info.statusCode(), info.headers().map(), "");
        return BodySubscribers.ofInputStream();
    }

    /** Takes an answer that is read as text. */
    public static BodySubscriber<String> document(ResponseInfo info) {
        return BodySubscribers.mapping(speech(info), body -> new String(body, StandardCharsets.UTF_8));
    }

    public static void secret(String secret) {
        if (secret.length() >= SECRET) {
            keep(SECRETS, secret);
        }
    }

    public static void text(String text) {
        keep(TEXTS, text);
    }

    /** What an {@code Authorization} has to say, well-formed or not. */
    static void authorization(String value) {
        for (String part : value.split("[ ,]")) {
            secret(part);
        }
    }

    /** What is asked for with that body; where it is no JSON, what looks like a text. */
    public static void request(String body) {
        try {
            JsonObject json = new JsonObject(body);
            for (String field : List.of("input", "instructions", "text")) {
                if (json.getValue(field) instanceof String text) {
                    text(text);
                }
            }
        } catch (DecodeException e) {
            Matcher text = TEXT.matcher(body);
            while (text.find()) {
                text(text.group(1));
            }
        }
    }

    /** The key and the tokens among the settings of a process, or in its environment. */
    public static void settings(Map<String, String> settings) {
        for (String key : List.of("warmvoice.dashscope.api-key", "DASHSCOPE_API_KEY")) {
            secret(settings.getOrDefault(key, ""));
        }
        for (String tokens : List.of("warmvoice.auth.tokens", "WARMVOICE_AUTH_TOKENS")) {
            authorization(settings.getOrDefault(tokens, ""));
        }
    }

    /** The files with all that was seen. */
    public static List<Path> seen() throws IOException {
        return files(SEEN, "");
    }

    public static Set<String> secrets() throws IOException {
        return kept("secrets-");
    }

    public static Set<String> texts() throws IOException {
        return kept("texts-");
    }

    private static void keep(PrintStream where, String what) {
        if (KNOWN.add(what)) {
            where.println(Json.encode(what));
        }
    }

    private static Set<String> kept(String prefix) throws IOException {
        Set<String> kept = ConcurrentHashMap.newKeySet();
        for (Path file : files(KEPT, prefix)) {
            try (Stream<String> lines = Files.lines(file)) {
                lines.forEach(line -> kept.add((String) Json.decodeValue(line)));
            }
        }
        return kept;
    }

    private static List<Path> files(Path folder, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix)).sorted().toList();
        }
    }

    private static PrintStream open(Path folder, String prefix, String suffix) {
        try {
            Path file = Files.createTempFile(Files.createDirectories(folder), prefix, suffix);
            return new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
