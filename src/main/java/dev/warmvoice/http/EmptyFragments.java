package dev.warmvoice.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/**
 * Has messages begin with a fragment that says something. After an empty one Vert.x 4.5 takes the rest for nothing, and
 * fails on the next message.
 */
final class EmptyFragments extends ChannelInboundHandlerAdapter {

    /** Whether what has begun is a text; null if nothing has. */
    private Boolean text;

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        Object passed = message;
        if (text != null && message instanceof ContinuationWebSocketFrame next) {
            passed = text
                    ? new TextWebSocketFrame(next.isFinalFragment(), next.rsv(), next.content())
                    : new BinaryWebSocketFrame(next.isFinalFragment(), next.rsv(), next.content());
            text = null;
        }
        if (passed instanceof WebSocketFrame frame && isBeginningOfNothing(frame)) {
            text = frame instanceof TextWebSocketFrame;
            frame.release();
        } else {
            from.fireChannelRead(passed);
        }
    }

    private static boolean isBeginningOfNothing(WebSocketFrame frame) {
        return (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame)
                && !frame.isFinalFragment() && !frame.content().isReadable();
    }
}
