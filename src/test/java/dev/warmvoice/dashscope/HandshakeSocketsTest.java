package dev.warmvoice.dashscope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handshakes with a service at several addresses, over real sockets. The emulator listens on 127.0.0.1 only. */
class HandshakeSocketsTest {

    private static final Duration BOUND = Duration.ofSeconds(5);
    private static final Duration HEAD_START = Duration.ofSeconds(1);
    private static final String GOOD = "127.0.0.1";
    private static final String BAD = "127.0.0.2";
    private static final String WORSE = "127.0.0.3";

    private final Emulator emulator = Emulator.start(EmulatorOptions.defaults());
    private final List<Closeable> others = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final AddressOrder order = new AddressOrder(nanos::get);
    private OkHttpClient client;

    @BeforeEach
    void start() {
        client = new OkHttpClient.Builder().readTimeout(Duration.ZERO).build();
    }

    @AfterEach
    void close() throws IOException {
        client.dispatcher().cancelAll();
        client.dispatcher().executorService().shutdown();
        for (Closeable other : others) {
            other.close();
        }
        emulator.close();
    }

    @Test
    void connectsOnlyToTheFirstAddressIfItAnswers() throws Exception {
        ServerSocket other = listener(BAD);
        assertThat(handshake(BOUND, GOOD, BAD)).isLessThan(HEAD_START);
        other.setSoTimeout(100);
        assertThatThrownBy(other::accept).isInstanceOf(SocketTimeoutException.class);
        assertThat(emulator.journal().handshakesAttempted()).isEqualTo(1);
    }

    @Test
    void singleAddressGetsTheWholeTimeout() throws Exception {
        Duration slow = Duration.ofSeconds(3);
        emulator.faults().next(new Fault.HandshakeDelay(slow));
        assertThat(handshake(BOUND, GOOD)).isGreaterThan(slow);
    }

    @Test
    void opensNoSecondConnectionDuringASlowHandshake() throws Exception {
        ServerSocket other = listener(BAD);
        emulator.faults().next(new Fault.HandshakeDelay(Duration.ofMillis(1500)));
        handshake(BOUND, GOOD, BAD);
        other.setSoTimeout(100);
        assertThatThrownBy(other::accept).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void triesTheNextAddressWithinTheTimeoutAndRemembersIt() throws Exception {
        blackHole(BAD);
        assertThat(handshake(BOUND, BAD, GOOD)).isGreaterThan(HEAD_START).isLessThan(BOUND);
        assertThat(handshake(BOUND, BAD, GOOD)).isLessThan(HEAD_START);
    }

    @Test
    void fallsBackToIpv4WhenIpv6IsUnreachable() throws Exception {
        blackHole("::1");
        assertThat(handshake(BOUND, "::1", GOOD)).isGreaterThan(HEAD_START).isLessThan(BOUND);
        assertThat(handshake(BOUND, "::1", GOOD)).isLessThan(HEAD_START);
    }

    @Test
    void triesTheNextAddressAtOnceIfOneRefuses() throws Exception {
        assertThat(handshake(BOUND, BAD, GOOD)).isLessThan(HEAD_START);
        assertThat(order.order(addresses(BAD, GOOD))).isEqualTo(addresses(GOOD, BAD));
    }

    @Test
    void returnsToTheFirstAddressAfterAWhile() throws Exception {
        BlackHole hole = blackHole(BAD);
        handshake(BOUND, BAD, GOOD);
        hole.close();
        nanos.addAndGet(AddressOrder.MEMORY.toNanos());
        ServerSocket back = listener(BAD);
        CompletableFuture<?> second = open(Duration.ofSeconds(2), BAD, GOOD);
        back.setSoTimeout(2000);
        back.accept().close();
        second.handle((opened, failed) -> null).get(5, TimeUnit.SECONDS);
    }

    @Test
    void triesAnotherAddressAfterASilentOne() throws Exception {
        listener(BAD);
        assertThatThrownBy(() -> handshake(Duration.ofMillis(500), BAD, GOOD)).isInstanceOf(ExecutionException.class);
        assertThat(handshake(BOUND, BAD, GOOD)).isLessThan(HEAD_START);
    }

    @Test
    void timesOutIfNoAddressAnswers() throws Exception {
        blackHole(BAD);
        blackHole(WORSE);
        Duration bound = Duration.ofSeconds(1);
        long begin = System.nanoTime();
        assertThatThrownBy(() -> handshake(bound, BAD, WORSE)).isInstanceOf(ExecutionException.class)
                .cause().isInstanceOf(IOException.class);
        assertThat(since(begin)).isLessThan(bound.plusMillis(800));
        assertThat(order.order(addresses(BAD, WORSE))).as("both failed, order unchanged")
                .isEqualTo(addresses(BAD, WORSE));
    }

    @Test
    void failsAtOnceIfEveryAddressRefuses() {
        long begin = System.nanoTime();
        assertThatThrownBy(() -> handshake(BOUND, BAD, WORSE)).hasMessageContaining("Failed to connect");
        assertThat(since(begin)).isLessThan(HEAD_START);
    }

    @Test
    void keepsTryingASlowAddress() throws Exception {
        BlackHole slow = blackHole(BAD);
        BlackHole dead = blackHole(WORSE);
        AddressRace race = new AddressRace(Duration.ofMillis(50), order);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<SocketChannel> winner = thread
                    .submit(() -> race.connect(List.of(slow.address(), dead.address()), 10_000));
            // The SYN is retransmitted after 1 s, 3 s and 7 s.
            slow.open();
            try (SocketChannel connected = winner.get(10, TimeUnit.SECONDS)) {
                assertThat(connected.getRemoteAddress()).isEqualTo(slow.address());
                assertThat(connected.isBlocking()).isTrue();
            }
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void endsAtOnceOnCancel() throws Exception {
        blackHole(BAD);
        CompletableFuture<WebSocket> opened = open(Duration.ofSeconds(30), BAD);
        await().until(() -> client.dispatcher().runningCallsCount() == 1);
        long begin = System.nanoTime();
        client.dispatcher().runningCalls().forEach(Call::cancel);
        assertThatThrownBy(() -> opened.get(5, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        assertThat(since(begin)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void endsAtOnceOnInterrupt() throws Exception {
        BlackHole hole = blackHole(BAD);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<?> connecting = thread.submit(() -> new AddressRace(HEAD_START, order)
                .connect(List.of(hole.address()), (int) Duration.ofSeconds(30).toMillis()));
        thread.shutdownNow();
        assertThat(thread.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> connecting.get(0, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
    }

    /** Performs a handshake and returns its duration; throws if it fails. */
    private Duration handshake(Duration bound, String... at) throws Exception {
        long begin = System.nanoTime();
        open(bound, at).get(bound.toMillis() + 2000, TimeUnit.MILLISECONDS).cancel();
        return since(begin);
    }

    private CompletableFuture<WebSocket> open(Duration bound, String... at) {
        HandshakeSockets sockets = new HandshakeSockets(host -> addresses(at), order, bound, new ReceiveLimit());
        CompletableFuture<WebSocket> opened = new CompletableFuture<>();
        Request request = new Request.Builder()
                .url(emulator.url().toString().replace(GOOD, "service.test"))
                .header("Authorization", "Bearer " + EmulatorOptions.DEFAULT_API_KEY).build();
        client.newBuilder().callTimeout(bound).connectTimeout(bound).dns(sockets).socketFactory(sockets).build()
                .newWebSocket(request, new WebSocketListener() {

                    @Override
                    public void onOpen(WebSocket webSocket, Response response) {
                        opened.complete(webSocket);
                    }

                    @Override
                    public void onFailure(WebSocket webSocket, Throwable failure, Response response) {
                        opened.completeExceptionally(failure);
                    }
                });
        return opened;
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private BlackHole blackHole(String at) throws IOException {
        BlackHole hole = new BlackHole(InetAddress.getByName(at), emulator.port());
        others.add(hole);
        return hole;
    }

    /** Accepts connections and never answers. */
    private ServerSocket listener(String at) throws IOException {
        ServerSocket listener = new ServerSocket(emulator.port(), 50, InetAddress.getByName(at));
        others.add(listener);
        return listener;
    }

    private static List<InetAddress> addresses(String... literals) {
        return Stream.of(literals).map(literal -> {
            try {
                return InetAddress.getByName(literal);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(e);
            }
        }).toList();
    }
}
