package dev.warmvoice.http.server;

/** The paths that more than one class has to know. */
public final class ApiPaths {

    /** Speech on request. */
    public static final String SPEECH = "/v1/audio/speech";
    /** Speech over a WebSocket. */
    public static final String LIVE = SPEECH + "/live";

    private ApiPaths() {
    }
}
