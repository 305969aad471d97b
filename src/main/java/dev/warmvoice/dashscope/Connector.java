package dev.warmvoice.dashscope;

import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesizer;
import com.alibaba.dashscope.exception.NoApiKeyException;
import com.alibaba.dashscope.protocol.ConnectionOptions;
import com.alibaba.dashscope.protocol.DashScopeHeaders;
import com.alibaba.dashscope.protocol.okhttp.OkHttpClientFactory;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import io.reactivex.plugins.RxJavaPlugins;
import java.time.Duration;
import java.util.Map;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jboss.logging.Logger;

/**
 * Opens connections to CosyVoice before there is anything to say. Thread-safe.
 *
 * <p>
 * The SDK has one OkHttp client for the process. The handshakes here go through a copy of it, which shares its
 * dispatcher, proxy and limits but bounds the handshake and switches Nagle's algorithm off.
 */
public final class Connector {

    private static final Logger LOG = Logger.getLogger(Connector.class);

    private final Endpoint endpoint;
    private final Duration connectTimeout;
    private final SdkShape shape = new SdkShape();
    private final OkHttpClient client;

    /**
     * @param limits how many connections there can be; applied before the SDK's first object is made
     * @param connectTimeout bound on one handshake, from name resolution to the answer
     * @throws IllegalStateException if the SDK is not the one this was written for
     */
    public Connector(Endpoint endpoint, ConnectionLimits limits, Duration connectTimeout) {
        this.endpoint = endpoint;
        this.connectTimeout = connectTimeout;
        limits.apply();
        // What the SDK says after a task has ended has no other listener, and would print the message with the text.
        RxJavaPlugins
                .setErrorHandler(late -> LOG.debugf("the SDK reported %s after the end of a task", late.getClass()));
        client = OkHttpClientFactory.getOkHttpClient().newBuilder()
                .socketFactory(new NoDelaySocketFactory())
                .callTimeout(connectTimeout)
                .connectTimeout(connectTimeout)
                // Bounded by the call's while it lasts. After it OkHttp would wake a thread for each frame that it reads.
                .readTimeout(Duration.ZERO)
                .build();
    }

    /**
     * Opens a connection; no frame is sent on it and nothing is billed. Blocks for one handshake, {@code connectTimeout}
     * at most.
     *
     * @throws TaskFailedException {@code UNAUTHORIZED} or {@code UNREACHABLE}
     */
    public Connection connect() throws TaskFailedException {
        // With options of any kind the SDK sends run-task from its own threads. Without, it uses the common pool,
        // which on one or two processors is a single thread for everybody.
        SpeechSynthesizer synthesizer = new SpeechSynthesizer(endpoint.url().toString(),
                ConnectionOptions.builder().build());
        Connection connection = new Connection(synthesizer, shape);
        client.newWebSocket(handshake(), connection.listener());
        connection.awaitOpen(connectTimeout);
        return connection;
    }

    private Request handshake() throws TaskFailedException {
        String key = endpoint.apiKey().orElseThrow(() -> new TaskFailedException(Reason.UNAUTHORIZED,
                "no API key is configured: set DASHSCOPE_API_KEY"));
        try {
            return new Request.Builder().url(endpoint.url().toString())
                    .headers(Headers.of(DashScopeHeaders.buildWebSocketHeaders(key, false,
                            endpoint.workspace().orElse(null), Map.of())))
                    .build();
        } catch (NoApiKeyException e) {
            throw new IllegalStateException("the SDK did not take the key it was given", e);
        } catch (IllegalArgumentException e) {
            // OkHttp would quote the header, and with it the key.
            throw new TaskFailedException(Reason.UNAUTHORIZED, "the API key or the workspace is not a legal header");
        }
    }
}
