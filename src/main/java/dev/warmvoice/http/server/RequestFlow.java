package dev.warmvoice.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Back-pressure between the answers and the requests of an HTTP/1.1 connection: decodes the next request once the
 * answers to those before it have been handed to the operating system. Without it Vert.x reads and answers pipelined
 * requests however many answers wait in memory, and queues any number of requests behind an answer that takes long.
 * Also bounds what is left of a body when its request has been answered, closes the connection only after it, and reads the
 * frames of a WebSocket no faster than they are handled. Runs on the event loop of the connection.
 */
final class RequestFlow {

    /** Netty's names of the handlers of Vert.x. */
    private static final String DECODER = "httpDecoder";
    private static final String VERTX = "handler";

    private static final String NAME = "requestFlow";
    /** Decoded at a time, in bytes: some 80 of the shortest requests. */
    private static final int PIECE = 2048;
    /** Reading goes on up to here, in bytes, since only reading notices a client that leaves. */
    private static final int MAX_HELD = 16 * 1024;
    /** Of a WebSocket, decoded before others on the event loop have their turn. */
    private static final int MAX_FRAMES = 64;

    private final DuplexChannel channel;
    private final long maxUnwantedBytes;
    private final Duration maxUnwantedTime;
    private final Bytes bytes = new Bytes();
    private final Messages messages = new Messages();
    /** Requests whose answer has no end yet, and answers that have one which is still in memory. */
    private int unanswered = 1;
    private int unsent;
    /** Whether a request has begun and its end has not come. */
    private boolean receiving = true;
    private boolean isWebSocket;
    private boolean isCut;
    private int frames;

    private RequestFlow(DuplexChannel channel, long maxUnwantedBytes, Duration maxUnwantedTime) {
        this.channel = channel;
        this.maxUnwantedBytes = maxUnwantedBytes;
        this.maxUnwantedTime = maxUnwantedTime;
    }

    /**
     * Begins with the first request of a connection, while it is being handled; later calls do nothing.
     *
     * @param maxUnwantedBytes how much of a body is read after the answer before the connection is closed
     * @param maxUnwantedTime for how long
     */
    static void control(Channel channel, long maxUnwantedBytes, Duration maxUnwantedTime) {
        ChannelPipeline pipeline = channel.pipeline();
        // HTTP/2 has no such decoder.
        if (pipeline.get(DECODER) != null && pipeline.get(NAME) == null) {
            takeTurns(channel);
            RequestFlow flow = new RequestFlow((DuplexChannel) channel, maxUnwantedBytes, maxUnwantedTime);
            pipeline.addBefore(DECODER, NAME, flow.bytes);
            pipeline.addBefore(VERTX, null, flow.messages);
        }
    }

    /** Has the event loop look after others after each read: thousands of the smallest messages may be in one. */
    private static void takeTurns(Channel channel) {
        if (channel.config().getRecvByteBufAllocator() instanceof MaxMessagesRecvByteBufAllocator reads) {
            reads.maxMessagesPerRead(1);
        }
    }

    /** Whether the client has sent something behind the request in hand. */
    static boolean isAhead(Channel channel) {
        return channel.pipeline().get(NAME) instanceof Bytes bytes && bytes.heldBytes > 0;
    }

    private boolean isReady() {
        return channel.isActive() && (isWebSocket ? frames < MAX_FRAMES : receiving || unanswered + unsent == 0);
    }

    /** From here on answers have no order; the live session bounds those that wait. */
    private void becomeWebSocket() {
        isWebSocket = true;
        bytes.proceed();
    }

    /**
     * Counts frames until the tasks that they put into the queue of the event loop have run; otherwise that queue grows
     * as fast as frames can be read.
     */
    private void countFrame() {
        if (frames == 0) {
            channel.eventLoop().execute(() -> {
                frames = 0;
                bytes.proceed();
            });
        }
        frames++;
    }

    /** At once: a close of the channel itself would wait in Vert.x until all that was written has been sent. */
    private void cut() {
        isCut = true;
        bytes.context.close();
    }

    /** Between the socket and the decoder: holds what came too early. */
    private final class Bytes extends ChannelDuplexHandler {

        private final Queue<ByteBuf> held = new ArrayDeque<>();
        private int heldBytes;
        private ChannelHandlerContext context;
        /** Whether reading was stopped here; Vert.x stops it, too, and for as long as that lasts wants nothing. */
        private boolean paused;
        private boolean feeding;

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            context = added;
        }

        @Override
        public void channelRead(ChannelHandlerContext from, Object message) {
            ByteBuf read = (ByteBuf) message;
            held.add(read);
            heldBytes += read.readableBytes();
            proceed();
        }

        /** Vert.x wants to read on, or Netty after a read. */
        @Override
        public void read(ChannelHandlerContext from) {
            if (paused) {
                channel.config().setAutoRead(false);
                return;
            }
            from.read();
            if (!held.isEmpty() && !feeding) {
                from.executor().execute(this::proceed);
            }
        }

        void proceed() {
            if (feeding) {
                return;
            }
            feeding = true;
            try {
                if (paused && isReady()) {
                    resume();
                }
                while (!held.isEmpty() && isReady() && channel.config().isAutoRead()) {
                    context.fireChannelRead(next());
                    // Vert.x sends what it has answered.
                    context.fireChannelReadComplete();
                }
            } finally {
                feeding = false;
            }
            if (heldBytes >= MAX_HELD && channel.config().isAutoRead()) {
                paused = true;
                channel.config().setAutoRead(false);
            }
        }

        private void resume() {
            paused = false;
            channel.config().setAutoRead(true);
        }

        private ByteBuf next() {
            ByteBuf first = held.element();
            ByteBuf piece = first.readableBytes() <= PIECE ? held.remove() : first.readRetainedSlice(PIECE);
            heldBytes -= piece.readableBytes();
            return piece;
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext removed) {
            held.forEach(ByteBuf::release);
            held.clear();
            heldBytes = 0;
        }
    }

    /** Between the codec and Vert.x: follows which request is where. */
    private final class Messages extends ChannelDuplexHandler {

        /** Of the body of a request that has been answered; null unless there is one. */
        private @Nullable Future<?> deadline;
        private long unwantedBytes;
        /** Whether the connection is to be closed after that body. */
        private boolean lingers;

        @Override
        public void channelRead(ChannelHandlerContext from, Object message) {
            if (isCut) {
                // The decoder goes on with the bytes that it has. Vert.x would run a request that is among them.
                ReferenceCountUtil.release(message);
                return;
            }
            if (message instanceof HttpRequest) {
                unanswered++;
                receiving = true;
            }
            if (message instanceof HttpContent content) {
                count(content);
            }
            if (message instanceof WebSocketFrame) {
                countFrame();
            }
            from.fireChannelRead(message);
            if (lingers && !receiving) {
                cut();
            }
        }

        private void count(HttpContent content) {
            if (content instanceof LastHttpContent) {
                receiving = false;
                stopWaiting();
            } else if (deadline != null) {
                unwantedBytes += content.content().readableBytes();
                if (unwantedBytes > maxUnwantedBytes) {
                    cut();
                }
            }
        }

        @Override
        public void write(ChannelHandlerContext to, Object message, ChannelPromise promise) {
            if (message instanceof HttpResponse response
                    && response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
                to.write(message, promise);
                to.executor().execute(RequestFlow.this::becomeWebSocket);
            } else if (message instanceof LastHttpContent && !isInterim(message)) {
                unanswered = Math.max(0, unanswered - 1);
                unsent++;
                if (unanswered == 0 && receiving) {
                    waitForTheRest();
                }
                to.write(message, promise.unvoid().addListener(sent -> {
                    unsent--;
                    bytes.proceed();
                }));
            } else {
                to.write(message, promise);
            }
        }

        /**
         * Closes the connection. If the rest of a body is still to come, only for writing, until it has: with unread data the
         * operating system would reset the connection, and a client that still sends would lose the answer.
         */
        @Override
        public void close(ChannelHandlerContext to, ChannelPromise promise) {
            if (deadline == null) {
                to.close(promise);
                return;
            }
            channel.closeFuture().addListener(closed -> promise.trySuccess());
            lingers = true;
            channel.shutdownOutput();
        }

        private void waitForTheRest() {
            unwantedBytes = 0;
            deadline = channel.eventLoop().schedule(RequestFlow.this::cut, maxUnwantedTime.toMillis(),
                    TimeUnit.MILLISECONDS);
        }

        private void stopWaiting() {
            Future<?> waiting = deadline;
            if (waiting != null) {
                waiting.cancel(false);
                deadline = null;
            }
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext removed) {
            stopWaiting();
        }
    }

    private static boolean isInterim(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }
}
