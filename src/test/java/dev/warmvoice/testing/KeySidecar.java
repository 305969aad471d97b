package dev.warmvoice.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes an API key into a file as a careful sidecar does: a reader sees the old key or the new one. */
public final class KeySidecar {

    private final Path file;

    public KeySidecar(Path file) {
        this.file = file;
    }

    /** @param text the key, or the JSON with a temporary one */
    public KeySidecar write(String text) throws IOException {
        ObservedOutput.secret(text);
        ObservedOutput.secret(text.replaceAll("^.*\"token\":\"|\".*$", ""));
        Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), text + "\n");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return this;
    }

    public String path() {
        return file.toString();
    }
}
