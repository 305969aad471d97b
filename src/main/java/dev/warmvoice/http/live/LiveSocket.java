package dev.warmvoice.http.live;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmvoice.http.auth.TokenGuard;
import dev.warmvoice.http.captions.CaptionStore;
import dev.warmvoice.http.server.ApiPaths;
import dev.warmvoice.http.server.EventLoop;
import dev.warmvoice.http.server.InFlight;
import dev.warmvoice.http.server.ReadingMonitor;
import dev.warmvoice.http.server.TcpConnection;
import dev.warmvoice.http.speech.MeteredSpeech;
import dev.warmvoice.http.speech.SpeechBodyReader;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Timers;
import io.quarkus.websockets.next.OnBinaryMessage;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnPingMessage;
import io.quarkus.websockets.next.OnPongMessage;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import org.jboss.logging.Logger;

/**
 * {@code /v1/audio/speech/live}: text in as it is written, audio out as it is spoken. Hands everything to the
 * {@link LiveSession} of the socket, on the socket's event loop.
 */
@WebSocket(path = ApiPaths.LIVE)
public class LiveSocket {

    private static final Logger LOG = Logger.getLogger(LiveSocket.class);
    private static final TypedKey<LiveSession> SESSION = new TypedKey<>("session");

    private final MeteredSpeech speech;
    private final SpeechBodyReader reader;
    private final CaptionStore captions;
    private final LiveConfig config;
    private final ObjectMapper json;
    private final InFlight inFlight;
    private final ReadingMonitor monitor;
    private final Heartbeat heartbeat;
    private final LiveSockets sockets;

    LiveSocket(MeteredSpeech speech, SpeechBodyReader reader, CaptionStore captions, LiveConfig config,
            ObjectMapper json, InFlight inFlight, ReadingMonitor monitor, Heartbeat heartbeat, LiveSockets sockets) {
        this.speech = speech;
        this.reader = reader;
        this.captions = captions;
        this.config = config;
        this.json = json;
        this.inFlight = inFlight;
        this.monitor = monitor;
        this.heartbeat = heartbeat;
        this.sockets = sockets;
    }

    @OnOpen
    @NonBlocking
    void opened(WebSocketConnection socket) {
        EventLoop eventLoop = EventLoop.current();
        Timers timers = new Timers(heartbeat, eventLoop);
        TcpConnection wire = socket.userData().get(TcpConnection.SOCKET_KEY);
        LiveOutbox outbox = new LiveOutbox(socket, wire, monitor.client(wire, eventLoop.context()), timers, json);
        LiveSession session = new LiveSession(eventLoop, outbox, socket.userData().get(TokenGuard.SOCKET_KEY), speech,
                reader, captions, inFlight, config.pingInterval(), timers);
        socket.userData().put(SESSION, session);
        sockets.add(socket);
        session.open();
    }

    @OnTextMessage
    @NonBlocking
    void heard(String message, WebSocketConnection socket) {
        session(socket).onText(message);
    }

    @OnBinaryMessage
    @NonBlocking
    void heard(Buffer message, WebSocketConnection socket) {
        session(socket).onBinary();
    }

    @OnPingMessage
    @NonBlocking
    void pinged(Buffer payload, WebSocketConnection socket) {
        session(socket).onPing();
    }

    @OnPongMessage
    @NonBlocking
    void ponged(Buffer payload, WebSocketConnection socket) {
        session(socket).onPong();
    }

    @OnClose
    @NonBlocking
    void closed(WebSocketConnection socket) {
        session(socket).onClose();
        sockets.remove(socket);
    }

    /** The client has disconnected without a close frame. */
    @OnError
    @NonBlocking
    void broken(HttpClosedException end, WebSocketConnection socket) {
        LOG.debugf("A live socket broke: %s", end.getMessage());
    }

    /** A frame that cannot be decoded, or a message that is too large. */
    @OnError
    @NonBlocking
    void failed(Throwable failure, WebSocketConnection socket) {
        LOG.debugf("A live socket cannot be read: %s", failure.getClass().getName());
        session(socket).onGarbage();
    }

    private static LiveSession session(WebSocketConnection socket) {
        return socket.userData().get(SESSION);
    }
}
