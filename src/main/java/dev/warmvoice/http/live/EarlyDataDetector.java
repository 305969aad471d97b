package dev.warmvoice.http.live;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;

/** Drops everything that follows the handshake request, and remembers whether there was anything. */
final class EarlyDataDetector extends ChannelInboundHandlerAdapter {

    private ChannelHandlerContext context;
    private boolean came;

    boolean came() {
        return came;
    }

    /** The client has sent more, which has not reached this handler yet. */
    void spoil() {
        came = true;
    }

    /** Stops dropping, or closes the connection if the client has sent data before the handshake was answered. */
    void end() {
        if (came) {
            context.close();
        } else if (!context.isRemoved()) {
            context.pipeline().remove(this);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        if (!came && message instanceof HttpContent && !(message instanceof HttpRequest)) {
            from.fireChannelRead(message);
        } else {
            came = true;
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        came = true;
    }
}
