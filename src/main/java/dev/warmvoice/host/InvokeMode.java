package dev.warmvoice.host;

/** How a Function URL passes answers on: the property {@code InvokeMode} of its configuration. */
public enum InvokeMode {

    /** As a whole, up to 6 MB with the audio in base64. */
    BUFFERED,
    /** While they come. */
    RESPONSE_STREAM
}
