package dev.warmvoice.simulation;

import dev.warmvoice.dashscope.Connection;
import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.simulation.Weather.HandshakeFate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** The scripted service and its network. */
final class ScriptedService implements Connector {

    private static final long MILLI = 1_000_000;

    final VirtualTime time;
    final Weather weather;
    final SplittableRandom random;
    final Laws laws;
    final Trace trace;
    private final Duration connectTimeout;
    private final List<ScriptedConnection> connections = new ArrayList<>();
    private int handshakes;
    private int key;
    private final List<CompletableFuture<Connection>> underWay = new ArrayList<>();
    private int tasks;

    ScriptedService(VirtualTime time, Weather weather, SplittableRandom random, Laws laws, Trace trace,
            Duration connectTimeout) {
        this.time = time;
        this.weather = weather;
        this.random = random;
        this.laws = laws;
        this.trace = trace;
        this.connectTimeout = connectTimeout;
    }

    @Override
    public CompletableFuture<Connection> connect() {
        int number = ++handshakes;
        HandshakeFate fate = weather.handshake();
        trace.note("handshake", number, "begins", fate);
        CompletableFuture<Connection> opened = new CompletableFuture<>();
        underWay.add(opened);
        laws.handshakeBegins(underWay());
        opened.whenComplete((connection, failure) -> {
            trace.note("handshake", number, failure == null ? "succeeded" : "failed", failure);
        });
        if (fate == HandshakeFate.NO_KEY) {
            opened.completeExceptionally(failure(Reason.UNAUTHORIZED, "no API key"));
            return opened;
        }
        VirtualTime.Cancellable timeout = time.after(connectTimeout,
                () -> opened.completeExceptionally(failure(Reason.UNREACHABLE, "timeout")));
        opened.whenComplete((connection, failure) -> timeout.cancel());
        long delay = weather.handshakeNanos();
        switch (fate) {
            case ANSWERED, CUT_AT_ONCE -> time.world(delay, () -> answer(number, opened, fate));
            case UNAUTHORIZED, FORBIDDEN -> fails(opened, delay, Reason.UNAUTHORIZED);
            case UNAVAILABLE -> fails(opened, delay, Reason.UNREACHABLE);
            case REFUSED -> fails(opened, random.nextLong(MILLI), Reason.UNREACHABLE);
            default -> {
                // The handshake is never answered.
            }
        }
        return opened;
    }

    private void answer(int number, CompletableFuture<Connection> opened, HandshakeFate fate) {
        if (opened.isDone()) {
            return;
        }
        trace.note("handshake", number, "is answered", null);
        ScriptedConnection connection = new ScriptedConnection(this, number, opened);
        connections.add(connection);
        connection.answer();
        if (fate == HandshakeFate.CUT_AT_ONCE) {
            connection.serviceCloses("at once");
        }
        laws.moment("handshake answered");
    }

    private void fails(CompletableFuture<Connection> opened, long delay, Reason reason) {
        time.world(delay, () -> time.process(readerLag(), () -> opened.completeExceptionally(
                failure(reason, "the scripted service refused the handshake"))));
    }

    static TaskFailedException failure(Reason reason, String message) {
        return new TaskFailedException(reason, message);
    }

    /** The delay until a socket's reader notices a message. */
    long readerLag() {
        return random.nextInt(50) == 0 ? random.nextLong(20 * MILLI) : random.nextLong(10_000, MILLI);
    }

    /** Replaces the key of the account, which the service accepts at once beside the former ones. */
    void changeKey() {
        key++;
    }

    int key() {
        return key;
    }

    int nextTask() {
        return ++tasks;
    }

    /** The count of handshakes so far. */
    int handshakes() {
        return handshakes;
    }

    int underWay() {
        underWay.removeIf(CompletableFuture::isDone);
        return underWay.size();
    }

    /** The connections that are open as far as the process knows. */
    List<ScriptedConnection> held() {
        connections.removeIf(ScriptedConnection::isGone);
        return connections;
    }

    /** Makes all current connections silent, without notice to either end. */
    void vanish() {
        held().forEach(ScriptedConnection::vanish);
    }
}
