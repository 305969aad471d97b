package dev.warmvoice.host;

import io.vertx.ext.web.RoutingContext;

/**
 * What the platform itself asks of the process: a hook, an event. Nobody from outside gets in by it, and whoever got the
 * platform to ask has shown it who he is.
 */
public final class PlatformCall {

    private static final String MARK = "warmvoice.platform-call";

    private PlatformCall() {
    }

    static void mark(RoutingContext http) {
        http.put(MARK, true);
    }

    /** Whether this is one. */
    public static boolean is(RoutingContext http) {
        return http.get(MARK) != null;
    }
}
