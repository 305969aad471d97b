package dev.warmvoice.pool.key;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A file that another process writes the key into. */
final class KeyFile implements KeySource {

    private final String setting;
    private final String path;

    /**
     * @param setting names the file
     * @param path of the file; a relative one is relative to the working directory
     */
    KeyFile(String setting, String path) {
        this.setting = setting;
        this.path = path;
    }

    /** The errors do not quote the path: a key may have been put in its place. */
    @Override
    public ApiKey read() throws KeyUnavailableException {
        try {
            Path file = Path.of(path);
            // Another kind of file, such as a pipe, could block for ever.
            if (!Files.isRegularFile(file)) {
                throw new KeyUnavailableException(setting + " names no file.");
            }
            return new KeyText(setting, content(file)).key();
        } catch (IOException | InvalidPathException e) {
            throw new KeyUnavailableException(setting + " names a file that cannot be read.");
        }
    }

    private byte[] content(Path file) throws IOException, KeyUnavailableException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new KeyUnavailableException(setting + " names a file of more than " + MAX_BYTES + " bytes.");
            }
            return content;
        }
    }
}
