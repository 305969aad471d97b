package dev.warmvoice.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;

/**
 * What the Lambda Web Adapter does between the Runtime API and an HTTP server, and no more: asks for an event, makes the
 * request in it, and streams the answer back. A stand-in for its hop, in this process and on the JVM.
 */
final class WebAdapter implements AutoCloseable {

    private static final String INVOCATION = "/2018-06-01/runtime/invocation/";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = vertx.createHttpClient(new HttpClientOptions().setIdleTimeout(0));
    private final String apiHost;
    private final int apiPort;
    private final int serverPort;

    /**
     * @param api the address of the Runtime API
     * @param serverPort of the server on this machine
     */
    WebAdapter(String api, int serverPort) {
        this.apiHost = api.substring(0, api.indexOf(':'));
        this.apiPort = Integer.parseInt(api.substring(api.indexOf(':') + 1));
        this.serverPort = serverPort;
    }

    /** Asks for the first event, and for each other after the answer to the one before. */
    void begin() {
        vertx.runOnContext(first -> poll());
    }

    private void poll() {
        http.request(HttpMethod.GET, apiPort, apiHost, INVOCATION + "next").compose(request -> request.send())
                .compose(response -> response.body().compose(event -> forward(
                        response.getHeader("Lambda-Runtime-Aws-Request-Id"), event.toJsonObject())))
                .onSuccess(done -> poll());
    }

    private Future<Buffer> forward(String id, JsonObject event) {
        JsonObject call = event.getJsonObject("requestContext").getJsonObject("http");
        return http
                .request(HttpMethod.valueOf(call.getString("method")), serverPort, "127.0.0.1",
                        event.getString("rawPath"))
                .compose(request -> {
                    request.putHeader("Content-Type", "application/json");
                    return request.send(event.getString("body"));
                }).compose(answer -> {
                    answer.pause();
                    return post(id, answer);
                });
    }

    private Future<Buffer> post(String id, HttpClientResponse answer) {
        return http.request(HttpMethod.POST, apiPort, apiHost, INVOCATION + id + "/response").compose(request -> {
            request.setChunked(true).putHeader("Lambda-Runtime-Function-Response-Mode", "streaming")
                    .putHeader("Content-Type", "application/vnd.awslambda.http-integration-response");
            JsonObject headers = new JsonObject().put("content-type", answer.getHeader("Content-Type"));
            request.write(new JsonObject().put("statusCode", answer.statusCode()).put("headers", headers).toBuffer()
                    .appendBytes(new byte[8]));
            answer.pipeTo(request);
            return request.response().compose(HttpClientResponse::body);
        });
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
