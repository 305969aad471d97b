package dev.warmvoice.http.speech;

import dev.warmvoice.http.auth.Clients;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.SpeechRequest;
import dev.warmvoice.speech.cache.CacheConfig;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/** Fills the cache at the start, in the background, with the requests of a file. */
@ApplicationScoped
class Preload {

    private static final Logger LOG = Logger.getLogger(Preload.class);
    private static final String KEY = "warmvoice.cache.preload";

    private final CacheConfig config;
    private final SpeechBodyReader reader;
    private final Precache precache;
    private final Clients clients;
    private volatile Cancellable running = () -> {
    };

    Preload(CacheConfig config, SpeechBodyReader reader, Precache precache, Clients clients) {
        this.config = config;
        this.reader = reader;
        this.precache = precache;
        this.clients = clients;
    }

    void start(@Observes StartupEvent start) {
        config.preload().ifPresent(file -> {
            if (config.sizeBytes() == 0) {
                throw new ConfigurationException(
                        KEY + " is set, and warmvoice.cache.size-bytes must be above 0 with it.");
            }
            begin(read(Path.of(file)));
        });
    }

    void stop(@Observes ShutdownDelayInitiatedEvent signal) {
        running.cancel();
    }

    private void begin(List<SpeechRequest> requests) {
        running = precache.begin(requests, clients.own()).collect().asList()
                .subscribe().with(done -> {
                    Map<Precache.Status, Integer> counts = new TreeMap<>();
                    done.forEach(each -> counts.merge(each.status(), 1, Integer::sum));
                    LOG.infof("The cache has been filled with %s: %s", KEY, counts);
                }, failure -> LOG.errorf(failure, "The cache could not be filled with %s", KEY));
    }

    private List<SpeechRequest> read(Path file) {
        List<SpeechRequest> requests = new ArrayList<>();
        int number = 0;
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                number++;
                if (!line.isBlank()) {
                    requests.add(reader.read(line.getBytes(StandardCharsets.UTF_8)).request());
                }
            }
        } catch (IOException e) {
            throw new ConfigurationException(KEY + " names a file that cannot be read as UTF-8.");
        } catch (SpeechException e) {
            throw new ConfigurationException("Line " + number + " of " + KEY + " is wrong: " + e.getMessage());
        }
        return requests;
    }
}
