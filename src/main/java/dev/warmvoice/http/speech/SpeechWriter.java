package dev.warmvoice.http.speech;

import dev.warmvoice.http.server.EventLoop;
import dev.warmvoice.http.server.ReadingMonitor;
import dev.warmvoice.http.server.TcpConnection;
import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.time.Workers.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.concurrent.Flow;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/**
 * Writes what comes back as chunks of the response, each at once, and more only when the client has room. Frames that wait
 * for the event loop together are one chunk.
 */
@Provider
public class SpeechWriter implements ServerMessageBodyWriter<SpeechResponse> {

    private final ReadingMonitor monitor;

    SpeechWriter(ReadingMonitor monitor) {
        this.monitor = monitor;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, ResteasyReactiveResourceInfo target,
            MediaType mediaType) {
        return type == SpeechResponse.class;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return type == SpeechResponse.class;
    }

    @Override
    public void writeResponse(SpeechResponse answer, Type genericType, ServerRequestContext context) {
        ResteasyReactiveRequestContext request = (ResteasyReactiveRequestContext) context;
        HttpServerResponse response = request.unwrap(HttpServerResponse.class);
        request.suspend();
        answer.speech().events().subscribe(new Chunks(answer, EventLoop.current().context(), response,
                request.unwrap(HttpServerRequest.class), request));
    }

    @Override
    public void writeTo(SpeechResponse answer, Class<?> type, Type genericType, Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers, OutputStream body) {
        throw new UnsupportedOperationException("audio is written as it comes");
    }

    /** Some clients that find a connection closed forget what came right before. */
    private static final long LAST_WORD_MS = 100;

    /** Max frames on their way to the event loop: with more, a service that is faster than it costs no less. */
    private static final int MAX_AHEAD = 4;

    /** Frames come on the thread that reads them; the response is used on its own. */
    private final class Chunks implements Flow.Subscriber<SpeechEvent> {

        private final SpeechEncoding encoding;
        private final Runnable onClientProgress;
        private final Context eventLoop;
        private final HttpServerResponse response;
        private final HttpConnection connection;
        private final TcpConnection wire;
        private final ReadingMonitor.Client client;
        /** HTTP/1.0 has no chunks: what is sent ends with the connection, whole or not. */
        private final boolean endsWithConnection;
        private final ResteasyReactiveRequestContext request;
        private final ChunkQueue waiting = new ChunkQueue();
        private Flow.Subscription subscription;
        private Cancellable watch = Cancellable.NONE;

        Chunks(SpeechResponse answer, Context eventLoop, HttpServerResponse response, HttpServerRequest asked,
                ResteasyReactiveRequestContext request) {
            this.encoding = answer.encoding();
            this.onClientProgress = answer.onClientProgress();
            this.eventLoop = eventLoop;
            this.response = response;
            this.connection = asked.connection();
            this.wire = TcpConnection.of(connection);
            this.client = monitor.client(wire, eventLoop);
            this.endsWithConnection = asked.version() == HttpVersion.HTTP_1_0;
            this.request = request;
        }

        @Override
        public void onSubscribe(Flow.Subscription to) {
            subscription = to;
            to.request(MAX_AHEAD);
        }

        @Override
        public void onNext(SpeechEvent event) {
            Buffer chunk = encoding.encode(event);
            if (chunk == null) {
                subscription.request(1);
                return;
            }
            if (waiting.add(chunk)) {
                eventLoop.runOnContext(now -> proceed());
            }
        }

        private void proceed() {
            if (isWaitingForClient() || response.closed()) {
                return;
            }
            int written = write();
            if (response.writeQueueFull()) {
                waitForClient(written);
            } else if (written > 0) {
                subscription.request(written);
            }
        }

        /** @return how many chunks */
        private int write() {
            ChunkQueue.Batch batch = waiting.takeAll();
            if (batch.count() == 0 || response.closed()) {
                return 0;
            }
            if (!response.headWritten()) {
                response.setChunked(true);
            }
            response.write(batch.bytes());
            return batch.count();
        }

        private void waitForClient(int written) {
            client.sent();
            watch = client.watch(onClientProgress);
            response.drainHandler(drained -> {
                stopWatching();
                subscription.request(written);
                proceed();
            });
        }

        private boolean isWaitingForClient() {
            return watch != Cancellable.NONE;
        }

        private void stopWatching() {
            watch.cancel();
            watch = Cancellable.NONE;
        }

        @Override
        public void onComplete() {
            eventLoop.runOnContext(now -> {
                stopWatching();
                write();
                response.end().onComplete(sent -> {
                    if (endsWithConnection) {
                        connection.close();
                    }
                });
                request.resume();
            });
        }

        /**
         * Closes the connection without the last chunk, or resets it where there are no chunks, so that no client takes what
         * came for the whole. Where nothing has left yet, there still is a proper answer. (Resetting the response would
         * keep Quarkus from noticing its end, and make it wait for this request when it shuts down.)
         */
        @Override
        public void onError(Throwable failure) {
            eventLoop.runOnContext(now -> {
                stopWatching();
                write();
                if (response.headWritten() || response.closed()) {
                    breakOff(failure);
                } else {
                    request.resume(failure);
                }
            });
        }

        private void breakOff(Throwable failure) {
            Buffer last = failure instanceof SpeechException why ? encoding.encode(why) : null;
            if (last == null || response.closed()) {
                close();
            } else {
                response.write(last);
                eventLoop.owner().setTimer(LAST_WORD_MS, heard -> close());
            }
        }

        private void close() {
            if (endsWithConnection) {
                wire.reset();
            } else if (response.writeQueueFull()) {
                // Otherwise it would be closed once everything has been taken, by a client who takes nothing.
                wire.cut();
            } else {
                connection.close();
            }
            request.resume();
        }
    }
}
