package dev.warmvoice.http.live;

import dev.warmvoice.http.server.BodyBudget;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * Makes the fragments of WebSocket messages safe for Vert.x 4.5: has each message begin with a fragment that is not
 * empty, since after an empty one Vert.x drops the rest and fails on the next message; leaves out empty ones in the
 * middle; and counts unfinished messages in the {@link BodyBudget}, closing the connection for which there is no room.
 */
final class Fragments extends ChannelInboundHandlerAdapter {

    private final BodyBudget.Share share;
    /** Whether the message that has begun with nothing is a text; null if none has. */
    private @Nullable Boolean text;

    Fragments(BodyBudget.Share share) {
        this.share = share;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        if (message instanceof WebSocketFrame frame && isOfMessage(frame)) {
            read(from, frame);
        } else {
            from.fireChannelRead(message);
        }
    }

    private void read(ChannelHandlerContext from, WebSocketFrame frame) {
        if (!frame.isFinalFragment() && !frame.content().isReadable()) {
            if (!(frame instanceof ContinuationWebSocketFrame)) {
                text = frame instanceof TextWebSocketFrame;
            }
            frame.release();
        } else if (frame.isFinalFragment()) {
            share.close();
            from.fireChannelRead(asBeginning(frame));
        } else if (share.take(frame.content().readableBytes())) {
            from.fireChannelRead(asBeginning(frame));
        } else {
            frame.release();
            from.close();
        }
    }

    private WebSocketFrame asBeginning(WebSocketFrame frame) {
        Boolean isText = text;
        if (isText == null || !(frame instanceof ContinuationWebSocketFrame)) {
            return frame;
        }
        text = null;
        return isText
                ? new TextWebSocketFrame(frame.isFinalFragment(), frame.rsv(), frame.content())
                : new BinaryWebSocketFrame(frame.isFinalFragment(), frame.rsv(), frame.content());
    }

    private static boolean isOfMessage(WebSocketFrame frame) {
        return frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame
                || frame instanceof ContinuationWebSocketFrame;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        share.close();
    }
}
