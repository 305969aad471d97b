package dev.warmvoice.http.server;

/** Where the page is, as its files lie in {@code META-INF/resources}: everything but the first in a folder of its own. */
final class WebPage {

    private WebPage() {
    }

    static boolean isAt(String normalizedPath) {
        // What serves the files decodes what a path leaves encoded.
        String path = normalizedPath.replace("%2F", "/").replace("%2f", "/");
        return path.equals("/") || path.equals("/index.html") || path.startsWith("/page/");
    }
}
