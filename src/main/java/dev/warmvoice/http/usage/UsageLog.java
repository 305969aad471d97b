package dev.warmvoice.http.usage;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;

/** One line for each request, without its text, in the category {@code dev.warmvoice.usage}. */
@ApplicationScoped
class UsageLog {

    private static final Logger LOG = Logger.getLogger("dev.warmvoice.usage");

    private final UsageConfig config;
    private final ObjectMapper json;

    UsageLog(UsageConfig config, ObjectMapper json) {
        this.config = config;
        this.json = json;
    }

    void add(Usage usage) {
        switch (config.log()) {
            case TEXT -> LOG.info(text(fields(usage)));
            case JSON -> LOG.info(fields(usage).toString());
            case OFF -> {
                // Nothing is written.
            }
        }
    }

    private ObjectNode fields(Usage usage) {
        ObjectNode line = json.createObjectNode().put("request", usage.request()).put("token", usage.token())
                .put("upstream", usage.upstream()).put("model", usage.model()).put("voice", usage.voice())
                .put("format", usage.format())
                .put("characters", usage.characters()).put("input_tokens", usage.inputTokens())
                .put("output_tokens", usage.outputTokens());
        Double seconds = usage.audioSeconds();
        Duration firstAudio = usage.firstAudio();
        return line.put("audio_seconds", seconds == null ? null : rounded(seconds))
                .put("first_audio_ms", firstAudio == null ? null : (Long) firstAudio.toMillis())
                .put("total_ms", usage.total().toMillis()).put("outcome", usage.outcome());
    }

    private static Double rounded(double seconds) {
        return Double.valueOf(String.format(Locale.ROOT, "%.3f", seconds));
    }

    /** Strings keep JSON's quotes and escapes, since a client chooses model and voice; what is unknown is left out. */
    private static String text(ObjectNode fields) {
        List<String> pairs = new ArrayList<>();
        fields.properties().stream().filter(field -> !field.getValue().isNull())
                .forEach(field -> pairs.add(field.getKey() + "=" + field.getValue()));
        return String.join(" ", pairs);
    }
}
