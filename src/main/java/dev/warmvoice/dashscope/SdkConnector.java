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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jboss.logging.Logger;

/**
 * Opens connections with the SDK's own HTTP client.
 *
 * <p>
 * The SDK has one OkHttp client for the process. The handshakes here go through a copy of it, which shares its
 * dispatcher, proxy and limits but bounds the handshake, keeps no connection for another one and switches Nagle's
 * algorithm off.
 */
public final class SdkConnector implements Connector {

    private static final Logger LOG = Logger.getLogger(SdkConnector.class);

    private final Endpoint endpoint;
    private final Duration connectTimeout;
    private final Executor workers;
    private final AddressOrder addresses = new AddressOrder(System::nanoTime);
    private final SdkInternals internals = new SdkInternals();
    private final OkHttpClient client;

    /**
     * @param limits how many connections there can be; applied before the SDK's first object is made
     * @param connectTimeout bound on one handshake, from name resolution to the answer
     * @param workers threads on which the SDK may block while it starts a task
     * @throws IllegalStateException if the SDK is not the one this was written for
     */
    public SdkConnector(Endpoint endpoint, ConnectionLimits limits, Duration connectTimeout, Executor workers) {
        this.endpoint = endpoint;
        this.connectTimeout = connectTimeout;
        this.workers = workers;
        limits.apply();
        // What the SDK says after a task has ended has no other listener, and would print the message with the text.
        RxJavaPlugins
                .setErrorHandler(late -> LOG.debugf("the SDK reported %s after the end of a task", late.getClass()));
        client = OkHttpClientFactory.getOkHttpClient().newBuilder()
                .addInterceptor(new NoCompression())
                .callTimeout(connectTimeout)
                .connectTimeout(connectTimeout)
                // Each handshake has a socket of its own: what is left of a failed one is of no use to another.
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.MINUTES))
                // Bounded by the call's while it lasts. After it OkHttp would wake a thread for each frame that it reads.
                .readTimeout(Duration.ZERO)
                .build();
    }

    @Override
    public CompletableFuture<Connection> connect() {
        try {
            String key = endpoint.apiKey().get();
            SdkConnection connection = new SdkConnection(this::synthesizer, internals, workers,
                    () -> !key.equals(endpoint.apiKey().get()));
            HandshakeSockets sockets = new HandshakeSockets(Dns.SYSTEM, addresses, connectTimeout,
                    connection.received());
            return connection.open(client.newBuilder().dns(sockets).socketFactory(sockets).build(),
                    handshake(key));
        } catch (TaskFailedException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * With options of any kind the SDK sends run-task from its own threads. Without, it uses the common pool, which on one
     * or two processors is a single thread for everybody.
     */
    private SpeechSynthesizer synthesizer() {
        return new SpeechSynthesizer(endpoint.url().toString(), ConnectionOptions.builder().build());
    }

    private Request handshake(String key) throws TaskFailedException {
        try {
            return new Request.Builder().url(endpoint.url().toString())
                    .headers(Headers.of(DashScopeHeaders.buildWebSocketHeaders(key, false,
                            endpoint.workspace(), Map.of())))
                    .build();
        } catch (NoApiKeyException e) {
            throw new IllegalStateException("the SDK did not take the key it was given", e);
        } catch (IllegalArgumentException e) {
            // OkHttp would quote the header, and with it the key.
            throw new TaskFailedException(Reason.UNAUTHORIZED,
                    "The API key or the workspace contains characters that a header may not have.");
        }
    }
}
