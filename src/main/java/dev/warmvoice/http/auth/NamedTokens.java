package dev.warmvoice.http.auth;

import dev.warmvoice.http.auth.AuthConfig.NamedToken;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Checks the tokens that have names. */
final class NamedTokens {

    /** A number is the name of a token of the list. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,31}");

    private NamedTokens() {
    }

    /**
     * A token with a name.
     *
     * @param token as configured: the token or its digest
     * @param charactersPerDay empty for no budget
     * @param sharedCache whether its client shares speech with the others of which this is true
     */
    record Entry(String name, String token, OptionalLong charactersPerDay, boolean sharedCache) {

        /** The key of its token. */
        String key() {
            return prefix(name) + "token";
        }

        /** Leaves the token out. */
        @Override
        public String toString() {
            return "Entry[" + name + "]";
        }
    }

    /**
     * The configured tokens, ordered by name.
     *
     * @throws ConfigurationException if a setting is missing or out of its bounds; it names the key
     */
    static List<Entry> of(Map<String, NamedToken> configured) {
        List<Entry> entries = new ArrayList<>();
        new TreeMap<>(configured).forEach((name, settings) -> entries.add(entry(name, settings)));
        return entries;
    }

    private static Entry entry(String name, NamedToken settings) {
        if (!NAME.matcher(name).matches()) {
            // A name with a strange character may be a token that was put in the wrong place, so it is not repeated.
            throw new ConfigurationException("A name in warmvoice.auth.tokens.<name>.* must be a letter and up to 31"
                    + " letters, digits, '_' or '-'.");
        }
        String token = settings.token().orElseThrow(
                () -> new ConfigurationException(prefix(name) + "token is missing and must have a value."));
        settings.charactersPerDay().ifPresent(max -> {
            if (max < 1) {
                throw new ConfigurationException(
                        prefix(name) + "characters-per-day is " + max + " and must be at least 1.");
            }
        });
        return new Entry(name, token, settings.charactersPerDay(), settings.sharedCache());
    }

    private static String prefix(String name) {
        return Tokens.KEY + "." + name + ".";
    }
}
