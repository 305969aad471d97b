package dev.warmvoice.host;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The HTTP interface, for a host that hands over whole requests and takes whole answers. Thread-safe. */
public interface BufferedHttp {

    /**
     * Answers a request. What was begun for it is stopped when the limit is reached or the subscription cancelled.
     *
     * @return an answer in any case, never a failure, and within the time limit
     */
    Uni<Answer> answer(Request request, Limits limits);

    /** The answer to what is no request, in the JSON of every other error. */
    Answer error(int status, String message);

    /**
     * A request.
     *
     * @param method for example {@code GET}
     * @param path without a query
     * @param headers by their names in lower case
     * @param body as the client sent it, may be empty
     */
    record Request(String method, String path, Map<String, String> headers, byte[] body) {

        /** The value of a header, or null. */
        public @Nullable String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }

        /** Omits headers and text, which may be confidential. */
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /**
     * What the host can take.
     *
     * @param bytes of an answer's body
     * @param time until there has to be an answer
     */
    record Limits(int bytes, Duration time) {
    }

    /**
     * An answer.
     *
     * @param status the HTTP status
     * @param headers each with its one value
     * @param body what is to be sent
     * @param isText whether the body is UTF-8 text, not audio
     */
    record Answer(int status, Map<String, String> headers, byte[] body, boolean isText) {
    }
}
