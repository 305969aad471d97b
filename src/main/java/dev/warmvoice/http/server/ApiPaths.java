package dev.warmvoice.http.server;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The paths that more than one class has to know, and how clients may write them. */
public final class ApiPaths {

    /** Speech on request. */
    public static final String SPEECH = "/v1/audio/speech";
    /** Speech that is to be kept. */
    public static final String PRECACHE = SPEECH + "/precache";
    /** Speech over a WebSocket. */
    public static final String LIVE = SPEECH + "/live";

    /** Health, metrics and the description of the API: the framework's routes, which take any method. */
    static final String MANAGEMENT = "/q/";

    private static final Pattern SLASHES = Pattern.compile("//+");
    /** With or without a slash after the version, and with or without the version. */
    private static final Pattern API = Pattern.compile("/(?:v1/?)?((?:audio/|models(?=/|$)).*?)/?");

    private ApiPaths() {
    }

    /** The methods of a route, for the header {@code Allow}. */
    public static String methods(String path) {
        if (path.startsWith(MANAGEMENT)) {
            return "GET, HEAD";
        }
        return path.equals(SPEECH) || path.equals(PRECACHE) ? "POST, OPTIONS" : "GET, HEAD, OPTIONS";
    }

    /**
     * The path of an API route, however a client has put it together: with double or trailing slashes, which base URLs that
     * end in a slash cause, with none after the version, or without the version.
     *
     * @return any other path as it is
     */
    public static String canonical(String path) {
        Matcher api = API.matcher(SLASHES.matcher(path).replaceAll("/"));
        return api.matches() ? "/v1/" + api.group(1) : path;
    }
}
