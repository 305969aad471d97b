package dev.warmvoice.http;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** The TCP connection below HTTP, and what Vert.x does not offer of it. To be used on its event loop. */
final class Wire {

    /** Of a live socket. */
    static final TypedKey<Wire> OF_SOCKET = new TypedKey<>("wire");

    /** The name of the handler through which Vert.x hears. */
    private static final String VERTX = "handler";

    private final ConnectionBase connection;

    private Wire(ConnectionBase connection) {
        this.connection = connection;
    }

    static Wire of(HttpConnection connection) {
        return new Wire((ConnectionBase) connection);
    }

    /** How much waits until the other side takes it, in bytes, beyond what the operating system holds. */
    long waiting() {
        ChannelOutboundBuffer out = connection.channel().unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes();
    }

    /** Everything that comes passes this first, after what is there already. */
    void pass(ChannelHandler handler) {
        connection.channel().pipeline().addBefore(VERTX, null, handler);
    }

    /** Whether what comes is read, or left to the operating system for now. */
    void read(boolean reads) {
        connection.channel().config().setAutoRead(reads);
    }

    /** Ends it now: what waits is not sent. (From the channel itself the way would lead through Vert.x, which waits.) */
    void cut() {
        connection.channelHandlerContext().close();
    }

    /** Ends it now and in a way that cannot be taken for the end of what was sent. */
    void reset() {
        connection.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        cut();
    }
}
