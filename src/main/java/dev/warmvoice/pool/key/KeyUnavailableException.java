package dev.warmvoice.pool.key;

/** There is no key. The message is one sentence that names the setting, and holds nothing of what was read. */
public final class KeyUnavailableException extends Exception {

    private static final long serialVersionUID = 1;

    KeyUnavailableException(String message) {
        super(message);
    }
}
