package dev.warmvoice.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;

/** Lets nothing through but the rest of the handshake, and remembers whether there was more. */
final class EarlyFrames extends ChannelInboundHandlerAdapter {

    private ChannelHandlerContext context;
    private boolean came;

    boolean came() {
        return came;
    }

    /** From here on everything may come; but not from one who could not wait. */
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
