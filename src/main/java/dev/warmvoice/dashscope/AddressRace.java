package dev.warmvoice.dashscope;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the first of several addresses that answers (RFC 8305, section 5). Each address has a head start over the
 * next one and stays in the race after it, so that an address that is merely slow still wins where no other is faster. As
 * long as the first address answers within its head start there is one connection, as without a race.
 *
 * <p>
 * {@link #connect} is called once; {@link #cancel} may be called from any thread.
 */
final class AddressRace {

    private final Duration headStart;
    private final AddressOrder order;
    /** In the order in which they were started; those that have failed stay, without a channel that is open. */
    private final Map<SocketChannel, InetSocketAddress> attempts = new LinkedHashMap<>();
    private int pending;
    /** When the next address may start, since the beginning. */
    private long nextStartNanos;
    private @Nullable IOException failure;
    private volatile @Nullable Selector selector;
    private volatile boolean cancelled;

    /**
     * @param headStart how long to wait for an address before the next one is tried as well
     * @param order is told which addresses answered
     */
    AddressRace(Duration headStart, AddressOrder order) {
        this.headStart = headStart;
        this.order = order;
    }

    /**
     * Blocks until there is a connection.
     *
     * @param timeoutMillis bound on the whole race; 0 is none
     * @return a channel in blocking mode, without Nagle's algorithm and with TCP keepalive
     * @throws SocketTimeoutException if no address answered in time
     * @throws IOException why the last address failed, if all did; or that the race was cancelled
     */
    SocketChannel connect(List<InetSocketAddress> addresses, int timeoutMillis) throws IOException {
        SocketChannel winner = null;
        try (Selector opened = Selector.open()) {
            selector = opened;
            winner = run(opened, addresses.iterator(), timeoutMillis);
        } finally {
            for (SocketChannel attempt : attempts.keySet()) {
                if (attempt != winner) {
                    attempt.close();
                }
            }
        }
        // Only now that the selector is closed is the channel free of it.
        winner.configureBlocking(true);
        remember(winner);
        return winner;
    }

    /** Ends the race, as an interrupt does; {@link #connect} throws, unless it is about to return. */
    void cancel() {
        cancelled = true;
        Selector waiting = selector;
        if (waiting != null) {
            waiting.wakeup();
        }
    }

    private SocketChannel run(Selector opened, Iterator<InetSocketAddress> left, int timeoutMillis)
            throws IOException {
        long begin = System.nanoTime();
        long limit = timeoutMillis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (!cancelled && !Thread.currentThread().isInterrupted()) {
            long elapsed = System.nanoTime() - begin;
            if (elapsed >= limit) {
                throw new SocketTimeoutException("connect timed out");
            }
            SocketChannel connected;
            if (left.hasNext() && (pending == 0 || elapsed >= nextStartNanos)) {
                nextStartNanos = elapsed + headStart.toNanos();
                connected = start(opened, left.next());
            } else if (pending > 0) {
                long until = left.hasNext() ? Math.min(nextStartNanos, limit) : limit;
                connected = await(opened, until - elapsed);
            } else {
                IOException last = failure;
                throw last != null ? last : new SocketException("There is no address to connect to.");
            }
            if (connected != null) {
                return connected;
            }
        }
        throw new SocketException("Socket closed");
    }

    /** @return the channel if it is connected at once, or null */
    private @Nullable SocketChannel start(Selector opened, InetSocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open();
        attempts.put(channel, address);
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        try {
            if (channel.connect(address)) {
                return channel;
            }
            channel.register(opened, SelectionKey.OP_CONNECT);
            pending++;
        } catch (IOException e) {
            fail(channel, e);
        } catch (UnsupportedAddressTypeException e) {
            fail(channel, new SocketException("no IPv6 here: " + address.getAddress().getHostAddress()));
        }
        return null;
    }

    /** @return a channel that has connected, or null if none has, for whatever reason */
    private @Nullable SocketChannel await(Selector opened, long nanos) throws IOException {
        opened.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        for (SelectionKey key : opened.selectedKeys()) {
            SocketChannel channel = (SocketChannel) key.channel();
            try {
                if (channel.finishConnect()) {
                    return channel;
                }
            } catch (IOException e) {
                pending--;
                fail(channel, e);
            }
        }
        opened.selectedKeys().clear();
        return null;
    }

    private void fail(SocketChannel channel, IOException why) throws IOException {
        failure = why;
        nextStartNanos = 0;
        channel.close();
    }

    /** Only if one has answered: where none does, it is hardly the addresses' fault. */
    private void remember(SocketChannel winner) {
        for (Map.Entry<SocketChannel, InetSocketAddress> attempt : attempts.entrySet()) {
            InetAddress address = attempt.getValue().getAddress();
            if (attempt.getKey() == winner) {
                order.answered(address);
                return;
            }
            order.failed(address);
        }
    }
}
