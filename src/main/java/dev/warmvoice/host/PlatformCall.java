package dev.warmvoice.host;

import io.vertx.ext.web.RoutingContext;

/**
 * A call of the platform itself: a hook or an event. Exempt from tokens: the platform has already authenticated the
 * client, and clients outside cannot send one.
 */
public final class PlatformCall {

    private static final String MARK = "warmvoice.platform-call";

    private PlatformCall() {
    }

    static void mark(RoutingContext http) {
        http.put(MARK, true);
    }

    /** Whether the current call is one. */
    public static boolean is(RoutingContext http) {
        return http.get(MARK) != null;
    }
}
