package dev.warmvoice.http.server;

import dev.warmvoice.http.error.ErrorResponse;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.net.InetSocketAddress;

/** Completes the {@link BareAnswers} of each connection. Netty makes it as a service, and calls it on event loops. */
@RegisterForReflection
public final class BareAnswersExtension extends ChannelInitializerExtension {

    /** The names of Vert.x' handler and of the one that follows it. */
    private static final String ENCODER = "httpEncoder";
    private static final String COMPLETION = "bareAnswers";
    private static final int FIRST_ERROR = 400;
    private static final int HTTP_VERSION = 505;

    @Override
    public void postInitializeServerChildChannel(Channel connection) {
        connection.pipeline().addLast(new Installer());
    }

    /** Waits for the first bytes, since the server adds its handlers after an extension's. */
    private static final class Installer extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            ChannelPipeline pipeline = context.pipeline();
            BareAnswers form = context.channel().localAddress() instanceof InetSocketAddress local
                    ? BareAnswers.of(local.getPort())
                    : null;
            if (form == null) {
                pipeline.remove(this);
            } else if (pipeline.context(ENCODER) != null) {
                pipeline.addAfter(ENCODER, COMPLETION, new Completion(form));
                pipeline.remove(this);
            }
            context.fireChannelRead(bytes);
        }
    }

    private static final class Completion extends ChannelOutboundHandlerAdapter {

        private final BareAnswers form;

        Completion(BareAnswers form) {
            this.form = form;
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof FullHttpResponse bare && isBare(bare)) {
                context.write(complete(context, bare), promise.unvoid().addListener(ChannelFutureListener.CLOSE));
            } else {
                context.write(message, promise);
            }
        }

        private static boolean isBare(FullHttpResponse answer) {
            boolean isError = answer.status().code() >= FIRST_ERROR;
            return isError && (isUnknownVersion(answer) || !answer.headers().contains(HttpHeaderNames.CONTENT_TYPE));
        }

        /** The server takes a version that it does not know from the request. */
        private static boolean isUnknownVersion(FullHttpResponse answer) {
            return answer.protocolVersion().majorVersion() != 1;
        }

        private FullHttpResponse complete(ChannelHandlerContext context, FullHttpResponse bare) {
            ErrorResponse answer = form.answer(isUnknownVersion(bare) ? HTTP_VERSION : bare.status().code());
            FullHttpResponse complete = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                    HttpResponseStatus.valueOf(answer.status()),
                    ByteBufUtil.writeUtf8(context.alloc(), form.toJson(answer)));
            answer.headers().forEach(complete.headers()::set);
            complete.headers().set(RequestIds.HEADER, RequestIds.next())
                    .set(HttpHeaderNames.CONTENT_LENGTH, complete.content().readableBytes())
                    .set(HttpHeaderNames.CONNECTION, "close");
            ReferenceCountUtil.release(bare);
            return complete;
        }
    }
}
