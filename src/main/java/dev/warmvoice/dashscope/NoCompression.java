package dev.warmvoice.dashscope;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Takes back OkHttp's offer of permessage-deflate. Audio does not get smaller by it, and a compressed message could inflate
 * to a thousand times what {@link ReceiveLimit} has counted. OkHttp ends the connection of a service
 * that compresses nevertheless.
 */
final class NoCompression implements Interceptor {

    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    @Override
    public Response intercept(Chain chain) throws IOException {
        Response response = chain.proceed(chain.request().newBuilder().removeHeader(EXTENSIONS).build());
        return response.newBuilder().removeHeader(EXTENSIONS).build();
    }
}
