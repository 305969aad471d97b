package dev.warmvoice.testing;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
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
 * The product's output beyond the client's own audio: logs, headers, errors, metrics, health; and the secrets and texts
 * of the tests, which must not appear in it. Everything is kept in files, since Quarkus loads test classes more than
 * once. Thread-safe.
 */
public final class ObservedOutput {

    private static final Pattern SECRET_KEY = Pattern.compile(".*([.-](api-key|token|secret)|_(API_KEY|TOKEN|SECRET))");
    private static final Path FOLDER = Path.of(System.getProperty("overheard", "target/overheard"));
    private static final Path SEEN = FOLDER.resolve("seen");
    private static final Path KEPT = FOLDER.resolve("kept");
    /** The min length of a secret; shorter ones resemble words. */
    private static final int SECRET = 8;

    private static final Pattern TEXT = Pattern.compile("\"(?:input|instructions|text)\"\\s*:\\s*\"([^\"]*)");

    private static final PrintStream ANSWERS = open(SEEN, "answers-", ".txt");
    private static final PrintStream SECRETS = open(KEPT, "secrets-", ".json");
    private static final PrintStream TEXTS = open(KEPT, "texts-", ".json");
    private static final Set<String> KNOWN = ConcurrentHashMap.newKeySet();

    private ObservedOutput() {
    }

    /** A file for the log of a process. */
    public static Path log() throws IOException {
        return Files.createTempFile(Files.createDirectories(SEEN), "artifact-", ".log");
    }

    public static void say(String something) {
        ANSWERS.println(something);
    }

    /** Records an answer; its body only if it is an error, since other bodies belong to the client. */
    public static void answer(int status, Object headers, String body) {
        say("status " + status + " " + headers);
        if (status >= 400) {
            say(body);
        }
    }

    /** A body handler for an answer that may be speech. */
    public static BodySubscriber<byte[]> speech(ResponseInfo info) {
        return BodySubscribers.mapping(BodySubscribers.ofByteArray(), body -> {
            answer(info.statusCode(), info.headers().map(), new String(body, StandardCharsets.UTF_8));
            return body;
        });
    }

    /** A body handler for an answer that may be speech, as a stream. */
    static BodySubscriber<InputStream> openSpeech(ResponseInfo info) {
        if (info.statusCode() >= 400) {
            return BodySubscribers.mapping(speech(info), ByteArrayInputStream::new);
        }
        answer(info.statusCode(), info.headers().map(), "");
        return BodySubscribers.ofInputStream();
    }

    /** A body handler for text. */
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

    /** Records the secret in an {@code Authorization} header, well-formed or not. */
    static void authorization(String value) {
        for (String part : value.split("[ ,]")) {
            secret(part);
        }
    }

    /** Records the text in a request body; of invalid JSON, anything that looks like text. */
    public static void request(String body) {
        try {
            JsonObject json = new JsonObject(body);
            for (String field : List.of("input", "instructions", "text")) {
                if (json.getValue(field) instanceof String text) {
                    text(text);
                }
            }
            if (json.getValue("inputs") instanceof JsonArray texts) {
                texts.forEach(text -> text(text.toString()));
            }
        } catch (DecodeException e) {
            Matcher text = TEXT.matcher(body);
            while (text.find()) {
                text(text.group(1));
            }
        }
    }

    /** Records the keys, tokens and secrets in the settings or the environment of a process. */
    public static void settings(Map<String, String> settings) {
        settings.forEach((key, value) -> {
            if (SECRET_KEY.matcher(key).matches()) {
                secret(value);
            }
        });
        for (String tokens : List.of("warmvoice.auth.tokens", "WARMVOICE_AUTH_TOKENS")) {
            authorization(settings.getOrDefault(tokens, ""));
        }
    }

    /** The files with all recorded output. */
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
