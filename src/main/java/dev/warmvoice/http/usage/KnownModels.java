package dev.warmvoice.http.usage;

/** Tells models that exist from what a client has made up. Thread-safe. */
public interface KnownModels {

    boolean isKnown(String model);
}
