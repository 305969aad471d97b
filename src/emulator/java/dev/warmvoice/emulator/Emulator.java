package dev.warmvoice.emulator;

import dev.warmvoice.emulator.voice.SentenceSynthesizer;
import dev.warmvoice.emulator.voice.SpeechParameters;

import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * CosyVoice on this machine: a WebSocket server that speaks the service's protocol, keeps its limits, and goes wrong
 * when told to. It listens on the loopback interface only. Its methods may be called from any thread but its own.
 */
public final class Emulator implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 10;

    /** Messages of 20,000 characters, each escaped, with markup around them. */
    private static final int MAX_MESSAGE_BYTES = 4 << 20;

    /** Small and fixed, so that what a client does not read soon stops the task instead of filling buffers. */
    private static final int SEND_BUFFER_BYTES = 256 << 10;

    private final Vertx vertx;
    private final Context eventLoop;
    private final SynthesisExecutor speakers;
    private final EmulatorContext service;
    private final AcceptedKeys keys;
    private final Handshakes handshakes;
    private final ControlApi controlApi;
    private final TokenApi tokenApi;
    private final HttpServer server;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicBoolean closed = new AtomicBoolean();

    private Emulator(EmulatorOptions options) {
        // One event loop: all of the protocol's state is confined to it, and speech is made elsewhere.
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1).setUseDaemonThread(true).setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        eventLoop = vertx.getOrCreateContext();
        speakers = new SynthesisExecutor(vertx, eventLoop);
        service = new EmulatorContext(options, new Faults(), new Journal(), speakers,
                new TaskRates(options.tasksPerSecond()));
        keys = new AcceptedKeys(options.apiKey());
        handshakes = new Handshakes(service, keys);
        controlApi = new ControlApi(service, handshakes, keys);
        tokenApi = new TokenApi(keys);
        server = vertx.createHttpServer(serverOptions(options))
                .connectionHandler(connection -> channels.add(ClientSocket.channelOf(connection)))
                .requestHandler(this::dispatch);
        try {
            await(onEventLoop(server::listen));
        } catch (RuntimeException e) {
            close();
            throw new IllegalStateException("The emulator cannot listen on port " + options.port(), e);
        }
    }

    /** Starts an emulator with {@link EmulatorOptions#defaults()}. */
    public static Emulator start() {
        return start(EmulatorOptions.defaults());
    }

    /**
     * Starts an emulator.
     *
     * @throws IllegalStateException when it cannot listen
     */
    public static Emulator start(EmulatorOptions options) {
        LoadedVoice.load();
        return new Emulator(options);
    }

    /**
     * The bytes a task delivers, whatever the size of its frames.
     *
     * @param model as in run-task
     * @param parameters as in run-task
     * @param sends the texts of the task's continue-task messages
     *
     * @return all its binary frames in a row
     *
     * @throws IllegalArgumentException when such a task would fail
     */
    public static byte[] audioOf(String model, JsonObject parameters, String... sends) {
        return SentenceSynthesizer.audioOf(checked(model, parameters), sends);
    }

    /** @return all that {@link #audioOf(String, JsonObject, String...)} says of a task that was made */
    public static byte[] audioOf(Journal.Task task) {
        return SentenceSynthesizer.audioOf(checked(task.model(), task.parameters()), task.sends());
    }

    private static SpeechParameters checked(String model, JsonObject parameters) {
        try {
            return RunTask.speech(model, parameters);
        } catch (ProtocolException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** @return where to connect */
    public URI url() {
        String scheme = service.options().certificate() == null ? "ws" : "wss";
        return URI.create(scheme + "://127.0.0.1:" + port() + Handshakes.PATH);
    }

    /** @return the TCP port it listens on */
    public int port() {
        return server.actualPort();
    }

    /** @return what goes wrong next */
    public Faults faults() {
        return service.faults();
    }

    /** @return what has happened */
    public Journal journal() {
        return service.journal();
    }

    /**
     * Cuts all connections that have no task, all in the same turn.
     *
     * @return how many
     */
    public int cutIdle(Cut how) {
        return await(onEventLoop(() -> Future.succeededFuture(handshakes.cutIdle(how))));
    }

    /** Accepts these keys and no others from now on. Connections that are open stay open. */
    public void acceptKeys(String... accepted) {
        await(onEventLoop(() -> {
            keys.accept(List.of(accepted));
            return Future.succeededFuture();
        }));
    }

    /**
     * Cuts all connections whose key is not accepted any more, whether they have a task or not, all in the same turn.
     *
     * @return how many
     */
    public int cutUnaccepted(Cut how) {
        return await(onEventLoop(() -> Future.succeededFuture(handshakes.cutUnaccepted(how))));
    }

    /**
     * Makes a temporary key, as {@code POST /api/v1/tokens} does.
     *
     * @return the service's answer, {@code {"token":"st-…","expires_at":1744080369}}
     */
    public String temporaryKey(Duration lifetime) {
        return await(onEventLoop(() -> Future.succeededFuture(keys.makeTemporary(lifetime).json())));
    }

    /** Stops listening and resets all connections. Closing it again does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        await(onEventLoop(() -> {
            channels.forEach(ClientSocket::reset);
            return Future.succeededFuture();
        }));
        speakers.close();
        await(vertx.close());
    }

    /**
     * Runs an emulator as a process of its own until it is killed. Prints one line with its address when it is ready.
     *
     * @param args {@code --name=value}, see {@link CommandLine}
     */
    public static void main(String[] args) throws InterruptedException {
        CommandLine commandLine;
        try {
            commandLine = CommandLine.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        commandLine.parent().ifPresent(Emulator::endWith);
        Emulator emulator = start(commandLine.options());
        Runtime.getRuntime().addShutdownHook(new Thread(emulator::close, "emulator-close"));
        System.out.println(emulator.url());
        new CountDownLatch(1).await();
    }

    private static void endWith(long parent) {
        ProcessHandle.of(parent).map(ProcessHandle::onExit).orElse(CompletableFuture.completedFuture(null))
                .thenRun(() -> System.exit(0));
    }

    private static HttpServerOptions serverOptions(EmulatorOptions options) {
        var server = new HttpServerOptions().setHost("127.0.0.1").setPort(options.port())
                .setPerFrameWebSocketCompressionSupported(false).setPerMessageWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(MAX_MESSAGE_BYTES).setMaxWebSocketMessageSize(MAX_MESSAGE_BYTES)
                .setSendBufferSize(SEND_BUFFER_BYTES);
        if (options.certificate() != null) {
            server.setSsl(true).setKeyCertOptions(options.certificate().keyCertOptions());
        }
        return server;
    }

    private void dispatch(HttpServerRequest request) {
        if (Handshakes.concerns(request)) {
            handshakes.receive(request);
        } else if (TokenApi.concerns(request)) {
            tokenApi.receive(request);
        } else {
            controlApi.receive(request);
        }
    }

    private <T> Future<T> onEventLoop(Supplier<Future<T>> work) {
        return Future.future(promise -> eventLoop.runOnContext(
                ignored -> Future.<Void>succeededFuture().compose(nothing -> work.get()).onComplete(promise)));
    }

    private static <T> T await(Future<T> future) {
        CompletableFuture<T> stage = future.toCompletionStage().toCompletableFuture();
        try {
            return stage.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the emulator was at work", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("The emulator does not do as it should", e);
        }
    }

    /** The voice, which takes a second to load: too long for the first task to wait for. */
    private static final class LoadedVoice {

        static {
            audioOf("cosyvoice-v3-flash", new JsonObject().put("voice", "longanyang").put("format", "mp3")
                    .put("sample_rate", 22_050), "Hello.");
        }

        static void load() {
            // The class has loaded it.
        }
    }
}
