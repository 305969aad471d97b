package dev.warmvoice.http.server;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import org.jspecify.annotations.Nullable;

/** The TCP connection below HTTP, and what Vert.x does not offer of it. To be used on its event loop. */
public final class TcpConnection {

    /** Of a live socket. */
    public static final TypedKey<TcpConnection> SOCKET_KEY = new TypedKey<>("wire");

    /** The name of the handler through which Vert.x hears. */
    private static final String VERTX = "handler";
    /** The name of the handler that closes a connection of HTTP which nothing uses. */
    private static final String IDLE = "idle";

    private final ConnectionBase connection;
    /** Null until needed: most connections are never watched. */
    private KernelQueues.@Nullable Connection inKernel;

    private TcpConnection(ConnectionBase connection) {
        this.connection = connection;
    }

    public static TcpConnection of(HttpConnection connection) {
        return new TcpConnection((ConnectionBase) connection);
    }

    /** As the kernel knows it. */
    KernelQueues.Connection inKernel() {
        KernelQueues.Connection known = inKernel;
        if (known == null) {
            known = KernelQueues.Connection.of(connection.channel().localAddress(),
                    connection.channel().remoteAddress());
            inKernel = known;
        }
        return known;
    }

    public boolean isOpen() {
        return connection.channel().isActive();
    }

    /** How much waits until the other side takes it, in bytes, beyond what the operating system holds. */
    public long waiting() {
        ChannelOutboundBuffer out = connection.channel().unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes();
    }

    /** Everything that comes passes this first, after what is there already. */
    public void pass(ChannelHandler handler) {
        connection.channel().pipeline().addBefore(VERTX, null, handler);
    }

    /** Lets it be silent for any length of time. */
    public void neverIdle() {
        if (connection.channel().pipeline().get(IDLE) != null) {
            connection.channel().pipeline().remove(IDLE);
        }
    }

    /** Whether the client has sent something behind the request in hand. */
    public boolean isAhead() {
        return RequestFlow.isAhead(connection.channel());
    }

    /** Whether what comes is read, or left to the operating system for now. */
    public void read(boolean reads) {
        connection.channel().config().setAutoRead(reads);
    }

    /** Ends it now: what waits is not sent. (From the channel itself the way would lead through Vert.x, which waits.) */
    public void cut() {
        connection.channelHandlerContext().close();
    }

    /** Ends it now and in a way that cannot be taken for the end of what was sent. */
    public void reset() {
        connection.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        cut();
    }
}
