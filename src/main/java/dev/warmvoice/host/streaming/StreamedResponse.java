package dev.warmvoice.host.streaming;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.core.streams.WriteStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an event, posted to the Runtime API while it comes. Its own HTTP on a socket, with Netty's codec, since
 * the HTTP client of Vert.x sends no trailers, and only they tell Lambda that an answer has broken off. To be used on
 * the socket's event loop.
 */
final class StreamedResponse implements WriteStream<Buffer> {

    private static final String CONTENT_TYPE = "application/vnd.awslambda.http-integration-response";
    private static final String ERROR_TYPE = "Lambda-Runtime-Function-Error-Type";
    private static final String ERROR_BODY = "Lambda-Runtime-Function-Error-Body";
    /** Between the status and headers, in JSON, and the body. */
    private static final byte[] SEPARATOR = new byte[8];

    private final NetSocketInternal socket;
    private final String host;
    private final String id;
    private final Promise<Void> accepted = Promise.promise();

    StreamedResponse(NetSocketInternal socket, String host, String id) {
        this.socket = socket;
        this.host = host;
        this.id = id;
        socket.channelHandlerContext().pipeline().addBefore("handler", null, new HttpClientCodec());
        socket.messageHandler(this::receive).exceptionHandler(this::fail).closeHandler(closed -> fail(
                new IOException("The Runtime API closed the connection.")));
    }

    /** Sends the status and the headers. */
    void start(int status, Map<String, String> headers) {
        HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST,
                RuntimeApi.INVOCATION + id + "/response");
        head.headers().set(HttpHeaderNames.HOST, host).set(HttpHeaderNames.CONTENT_TYPE, CONTENT_TYPE)
                .set("Lambda-Runtime-Function-Response-Mode", "streaming")
                .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED)
                .set(HttpHeaderNames.TRAILER, ERROR_TYPE + ", " + ERROR_BODY)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ChannelHandlerContext channel = socket.channelHandlerContext();
        // Without a flush: it leaves with what follows.
        channel.write(head);
        write(new JsonObject().put("statusCode", status).put("headers", new JsonObject(new TreeMap<>(headers)))
                .toBuffer().appendBytes(SEPARATOR));
    }

    /** Without a copy. */
    @Override
    @SuppressWarnings("deprecation") // In this version of Vert.x there is no other way.
    public Future<Void> write(Buffer data) {
        return socket.writeMessage(new DefaultHttpContent(data.getByteBuf()));
    }

    @Override
    public void write(Buffer data, Handler<AsyncResult<Void>> handler) {
        write(data).onComplete(handler);
    }

    /** Completes the answer. */
    @Override
    public void end(Handler<AsyncResult<Void>> handler) {
        end(LastHttpContent.EMPTY_LAST_CONTENT).onComplete(handler);
    }

    /**
     * Ends the answer as one that is not whole.
     *
     * @param type such as {@code Warmvoice.Timeout}
     * @param message for the client
     */
    Future<Void> breakOff(String type, String message) {
        DefaultLastHttpContent last = new DefaultLastHttpContent();
        String body = new JsonObject().put("errorType", type).put("errorMessage", message).encode();
        HttpHeaders trailers = last.trailingHeaders();
        trailers.set(ERROR_TYPE, type);
        trailers.set(ERROR_BODY, Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)));
        return end(last);
    }

    private Future<Void> end(LastHttpContent last) {
        socket.writeMessage(last).onFailure(this::fail);
        return accepted.future();
    }

    private void receive(Object message) {
        try {
            if (message instanceof HttpResponse response) {
                if (response.status().codeClass() == HttpStatusClass.SUCCESS) {
                    accepted.tryComplete();
                } else {
                    fail(new IOException("The Runtime API refused the answer with status " + response.status().code()
                            + "."));
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void fail(Throwable failure) {
        accepted.tryFail(failure);
    }

    /** Fails as soon as Lambda takes no more of the answer, which is the way in which it tells that the client has left. */
    Future<Void> accepted() {
        return accepted.future();
    }

    /** Sets none: {@link #accepted} tells of each failure. */
    @Override
    public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        return this;
    }

    @Override
    public WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
        socket.setWriteQueueMaxSize(maxSize);
        return this;
    }

    @Override
    public boolean writeQueueFull() {
        return socket.writeQueueFull();
    }

    @Override
    public WriteStream<Buffer> drainHandler(@Nullable Handler<Void> handler) {
        socket.drainHandler(handler);
        return this;
    }
}
