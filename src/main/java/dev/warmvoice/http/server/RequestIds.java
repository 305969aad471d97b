package dev.warmvoice.http.server;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Ids of requests that have none from the service. */
public final class RequestIds {

    /** The header of the response with the id of the request. */
    public static final String HEADER = "X-Request-Id";

    private RequestIds() {
    }

    /** A new id. It identifies a request in a report, and is no secret. */
    public static String next() {
        return "req-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
