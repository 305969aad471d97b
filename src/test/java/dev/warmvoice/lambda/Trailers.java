package dev.warmvoice.lambda;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.function.Consumer;

/** The trailers of a request, which Vert.x reads and does not pass on. */
final class Trailers {

    private Trailers() {
    }

    /** Calls the listener after all the rest of the request. */
    static void of(HttpServerRequest request, Consumer<LastHttpContent> listener) {
        Channel channel = ((ConnectionBase) request.connection()).channel();
        LastHttpContent[] last = new LastHttpContent[1];
        channel.pipeline().addBefore("handler", null, new ChannelInboundHandlerAdapter() {

            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof LastHttpContent end) {
                    last[0] = end;
                }
                context.fireChannelRead(message);
            }
        });
        request.endHandler(end -> listener.accept(last[0]));
    }
}
