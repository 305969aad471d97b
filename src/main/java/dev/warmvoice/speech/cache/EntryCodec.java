package dev.warmvoice.speech.cache;

import dev.warmvoice.speech.AudioFormat;
import dev.warmvoice.speech.SpeechEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * An entry as bytes, for a store that others can read: encrypted, since words tell the text, and bound to its key, so that an
 * entry that was truncated, changed or moved does not verify. Thread-safe.
 */
final class EntryCodec {

    /** Of the layout. Entries of another version do not verify. */
    private static final byte VERSION = 1;
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final byte AUDIO = 'a';
    private static final byte WORDS = 'w';
    private static final byte DONE = 'd';

    private final SecretKeySpec secret;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /**
     * What was kept.
     *
     * @param age since it was completed
     */
    record Entry(Origin origin, List<SpeechEvent> events, Duration age) {
    }

    /** An entry that is damaged, of another version, or not made with this secret. */
    static final class InvalidEntryException extends Exception {

        private static final long serialVersionUID = 1;

        InvalidEntryException(Throwable cause) {
            super(cause);
        }
    }

    /** @param secret 32 bytes */
    EntryCodec(byte[] secret, InstantSource clock) {
        this.secret = new SecretKeySpec(secret, "AES");
        this.clock = clock;
    }

    byte[] encode(EntryKey key, Entry entry) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, nonce, key).doFinal(plain(entry));
            return ByteBuffer.allocate(1 + NONCE_BYTES + encrypted.length).put(VERSION).put(nonce).put(encrypted)
                    .array();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    Entry decode(EntryKey key, byte[] bytes) throws InvalidEntryException {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            if (in.remaining() <= NONCE_BYTES || in.get() != VERSION) {
                throw new IOException("not of this version");
            }
            byte[] nonce = new byte[NONCE_BYTES];
            in.get(nonce);
            return entry(cipher(Cipher.DECRYPT_MODE, nonce, key).doFinal(bytes, in.position(), in.remaining()));
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw new InvalidEntryException(e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, EntryKey key) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, secret, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(new byte[]{VERSION});
        cipher.updateAAD(key.digest());
        return cipher;
    }

    private byte[] plain(Entry entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(clock.instant().minus(entry.age()).toEpochMilli());
        Origin origin = entry.origin();
        write(out, origin.taskId());
        write(out, origin.format().name());
        write(out, origin.model());
        write(out, origin.fallback());
        write(out, origin.upstream().orElse(null));
        out.writeInt(entry.events().size());
        for (SpeechEvent event : entry.events()) {
            write(out, event);
        }
        return bytes.toByteArray();
    }

    private Entry entry(byte[] plain) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(plain));
        Duration age = Duration.between(Instant.ofEpochMilli(in.readLong()), clock.instant());
        Origin origin = new Origin(text(in), AudioFormat.valueOf(text(in)), text(in), optional(in).orElse(null),
                optional(in), true, Duration.ZERO, Duration.ZERO);
        int count = in.readInt();
        List<SpeechEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(event(in));
        }
        // The clocks of two machines differ.
        return new Entry(origin, events, age.isNegative() ? Duration.ZERO : age);
    }

    private static void write(DataOutputStream out, SpeechEvent event) throws IOException {
        if (event instanceof SpeechEvent.Audio audio) {
            out.writeByte(AUDIO);
            byte[] frame = new byte[audio.frame().remaining()];
            audio.frame().duplicate().get(frame);
            out.writeInt(frame.length);
            out.write(frame);
        } else if (event instanceof SpeechEvent.Words words) {
            out.writeByte(WORDS);
            out.writeInt(words.sentence());
            write(out, words.text());
            out.writeInt(words.words().size());
            for (SpeechEvent.Word word : words.words()) {
                write(out, word.text());
                out.writeInt(word.beginIndex());
                out.writeInt(word.endIndex());
                out.writeInt(word.beginMs());
                out.writeInt(word.endMs());
            }
        } else if (event instanceof SpeechEvent.Done done) {
            out.writeByte(DONE);
            out.writeInt(done.characters());
            out.writeInt(done.inputTokens());
            out.writeInt(done.outputTokens());
        }
    }

    private static SpeechEvent event(DataInputStream in) throws IOException {
        return switch (in.readByte()) {
            case AUDIO -> new SpeechEvent.Audio(ByteBuffer.wrap(in.readNBytes(in.readInt())).asReadOnlyBuffer());
            case WORDS -> words(in);
            case DONE -> new SpeechEvent.Done(in.readInt(), in.readInt(), in.readInt());
            default -> throw new IOException("an event is unknown");
        };
    }

    private static SpeechEvent.Words words(DataInputStream in) throws IOException {
        int sentence = in.readInt();
        String text = text(in);
        int count = in.readInt();
        List<SpeechEvent.Word> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            words.add(new SpeechEvent.Word(text(in), in.readInt(), in.readInt(), in.readInt(), in.readInt()));
        }
        return new SpeechEvent.Words(sentence, text, List.copyOf(words));
    }

    private static void write(DataOutputStream out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static Optional<String> optional(DataInputStream in) throws IOException {
        int length = in.readInt();
        return length < 0
                ? Optional.empty()
                : Optional.of(new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    private static String text(DataInputStream in) throws IOException {
        return optional(in).orElseThrow(() -> new IOException("a text is missing"));
    }
}
