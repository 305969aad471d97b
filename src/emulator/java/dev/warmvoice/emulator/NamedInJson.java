package dev.warmvoice.emulator;

import java.util.Locale;

/** What an enum implements that is a field of a fault. */
interface NamedInJson {

    /** The constant's own. */
    String name();

    /** @return the name in JSON, such as {@code close-frame} */
    default String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
