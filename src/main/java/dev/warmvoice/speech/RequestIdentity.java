package dev.warmvoice.speech;

import dev.warmvoice.dashscope.TaskSpec;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Everything that makes the audio of a request, as bytes: two requests have the same only if they ask for the same. */
final class RequestIdentity {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    private RequestIdentity() {
    }

    /** The identity of a request that has its text. */
    static byte[] of(SpeechRequest request) {
        RequestIdentity identity = new RequestIdentity();
        try {
            identity.write(request.spec());
            identity.writeAll(Objects.requireNonNull(request.text(), "the text is there").pieces());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return identity.bytes.toByteArray();
    }

    private void write(TaskSpec spec) throws IOException {
        TaskSpec.Encoding encoding = spec.encoding();
        TaskSpec.AigcTag tag = encoding.aigcTag();
        TaskSpec.Prosody prosody = spec.prosody();
        for (Object part : new @Nullable Object[]{spec.model(), spec.voice(), encoding.format(), encoding.sampleRate(),
                encoding.bitRate(), tag == null ? null : "tag", tag == null ? null : tag.propagator(),
                tag == null ? null : tag.propagateId(), prosody.volume(), prosody.rate(), prosody.pitch(), spec.seed(),
                spec.instruction(), spec.languageHint(), spec.wordTimestamps(), spec.ssml(), spec.markdownFilter()}) {
            write(part);
        }
        write(spec.hotFix().pronunciation());
        write(spec.hotFix().replacement());
    }

    private void write(@Nullable List<Map<String, String>> words) throws IOException {
        out.writeInt(words == null ? -1 : words.size());
        if (words != null) {
            for (Map<String, String> entries : words) {
                out.writeInt(entries.size());
                for (Map.Entry<String, String> entry : entries.entrySet()) {
                    write(entry.getKey());
                    write(entry.getValue());
                }
            }
        }
    }

    private void writeAll(List<String> parts) throws IOException {
        for (String part : parts) {
            write(part);
        }
    }

    /** With its length, so that no part can look like the end of one and the beginning of the next. */
    private void write(@Nullable Object part) throws IOException {
        if (part == null) {
            out.writeInt(-1);
            return;
        }
        byte[] text = part.toString().getBytes(StandardCharsets.UTF_8);
        out.writeInt(text.length);
        out.write(text);
    }
}
