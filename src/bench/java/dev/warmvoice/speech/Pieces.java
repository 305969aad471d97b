package dev.warmvoice.speech;

import java.util.List;

/** The pieces in which a text is sent to the service. */
public final class Pieces {

    private Pieces() {
    }

    public static List<String> of(String text) {
        return SpokenText.plain(text).pieces();
    }
}
