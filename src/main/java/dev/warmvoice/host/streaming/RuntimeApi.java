package dev.warmvoice.host.streaming;

import dev.warmvoice.host.InvocationDeadline;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.NetSocketInternal;
import java.util.Objects;

/** Lambda's Runtime API, as a function with response streaming uses it. */
final class RuntimeApi {

    static final String INVOCATION = "/2018-06-01/runtime/invocation/";
    private static final String REQUEST_ID = "Lambda-Runtime-Aws-Request-Id";
    private static final int OK = 200;

    private final SocketAddress address;
    private final HttpClient http;
    private final NetClient tcp;

    /** @param address as {@code host:port}, which is how Lambda gives it */
    RuntimeApi(Vertx vertx, String address) {
        int colon = address.lastIndexOf(':');
        this.address = SocketAddress.inetSocketAddress(Integer.parseInt(address.substring(colon + 1)),
                address.substring(0, colon));
        // An event may be hours away: the connection is not idle while a poll waits for it.
        this.http = vertx.createHttpClient(new HttpClientOptions().setIdleTimeout(0));
        this.tcp = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
    }

    /** The next event, which may take any time: Lambda freezes the process until there is one. */
    Future<Invocation> next() {
        return http.request(HttpMethod.GET, address.port(), address.host(), INVOCATION + "next")
                .compose(request -> request.send())
                .compose(response -> response.body().map(event -> invocation(response, event)));
    }

    private static Invocation invocation(HttpClientResponse response, Buffer event) {
        if (response.statusCode() != OK) {
            throw new IllegalStateException("the Runtime API has no event, but status " + response.statusCode());
        }
        return new Invocation(Objects.requireNonNull(response.getHeader(REQUEST_ID)),
                Long.parseLong(response.getHeader(InvocationDeadline.HEADER)), event);
    }

    /** Opens a connection for the answer to an event. It has one of its own, which ends with it. */
    Future<StreamedResponse> respond(Invocation invocation) {
        return tcp.connect(address)
                .map(socket -> new StreamedResponse((NetSocketInternal) socket, address.toString(), invocation.id()));
    }
}
