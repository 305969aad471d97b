package dev.warmvoice.http.server;

import io.quarkus.vertx.http.runtime.security.SecurityHandlerPriorities;

/**
 * In which order the filters of this package look at a request; the highest comes first. All of them come after CORS,
 * whose preflights bring no token, and whose headers refusals need as well if a page is to read them, and before
 * anything that would answer.
 */
public final class FilterOrder {

    public static final int HEADERS = SecurityHandlerPriorities.CORS - 1;
    public static final int TOKEN = HEADERS - 1;
    public static final int ORIGIN = TOKEN - 1;
    public static final int BODY = ORIGIN - 1;
    public static final int SWITCHED_OFF = BODY - 1;

    private FilterOrder() {
    }
}
