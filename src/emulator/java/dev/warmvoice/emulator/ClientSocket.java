package dev.warmvoice.emulator;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * The way to one client, and the rude ways to end it. Used on the event loop only. After {@link #cut} nothing more is
 * sent, by any thread.
 */
final class ClientSocket {

    private static final short NORMAL_CLOSURE = 1000;

    /** The real service's own wording, as users have reported it. */
    private static final String FAREWELL = "Bye";

    private final ServerWebSocket webSocket;
    private final Channel channel;
    private boolean cut;

    ClientSocket(ServerWebSocket webSocket, HttpConnection connection) {
        this.webSocket = webSocket;
        this.channel = channelOf(connection);
    }

    void send(JsonObject event) {
        sendText(event.encode());
    }

    void sendText(String text) {
        if (!cut) {
            webSocket.writeTextMessage(text);
        }
    }

    void sendAudio(Buffer audio) {
        if (!cut) {
            webSocket.writeBinaryMessage(audio);
        }
    }

    /** Begins a binary message and goes on with it for as long as the client takes it. */
    void sendWithoutEnd(Buffer fragment) {
        sendFragments(WebSocketFrame.binaryFrame(fragment, false), WebSocketFrame.continuationFrame(fragment, false));
    }

    private void sendFragments(WebSocketFrame next, WebSocketFrame rest) {
        if (!cut) {
            // By way of the context, since a frame may have left before the call that sends it returns.
            webSocket.writeFrame(next).onSuccess(
                    sent -> Vertx.currentContext().runOnContext(ignored -> sendFragments(rest, rest)));
        }
    }

    /** From now on pings are not answered. Vert.x does so by itself: they must not get there. */
    void ignorePings() {
        channel.pipeline().addBefore("handler", null, new SimpleChannelInboundHandler<PingWebSocketFrame>() {

            @Override
            protected void channelRead0(ChannelHandlerContext context, PingWebSocketFrame ping) {
                // goes no further
            }
        });
    }

    /** @return whether nothing should be sent now: the client has to catch up first, or has gone */
    boolean isFull() {
        return cut || webSocket.isClosed() || webSocket.writeQueueFull();
    }

    void close(int code, String reason) {
        if (!cut) {
            cut = true;
            webSocket.close((short) code, reason);
        }
    }

    boolean isCut() {
        return cut;
    }

    void cut(Cut how) {
        if (cut) {
            return;
        }
        switch (how) {
            case CLOSE_FRAME -> close(NORMAL_CLOSURE, FAREWELL);
            case FIN -> finish();
            case RST -> reset(channel);
            case VANISH -> channel.config().setAutoRead(false);
        }
        cut = true;
    }

    private void finish() {
        channel.flush();
        // Closing a socket that has unread data in it sends a reset; shutting down its output never does. An empty
        // write gets there after all that was sent before, past any TLS, which would otherwise say goodbye.
        ChannelHandlerContext nearestToSocket = channel.pipeline().firstContext();
        nearestToSocket.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(written -> ((DuplexChannel) channel).shutdownOutput());
    }

    /** Ends a connection at once, without any farewell. */
    static void reset(Channel channel) {
        if (!channel.isOpen()) {
            return;
        }
        channel.flush();
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.pipeline().firstContext().close();
    }

    static Channel channelOf(HttpConnection connection) {
        return ((ConnectionBase) connection).channel();
    }
}
