package dev.warmvoice.dashscope;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketImpl;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import javax.net.SocketFactory;
import okhttp3.Dns;

/**
 * The name resolution and the sockets of one handshake. OkHttp tries the addresses of a host one after the other, each
 * for as long as the whole handshake may take; a socket from here races the one it is given against those that follow it.
 */
final class HandshakeSockets extends SocketFactory implements Dns {

    /** Longer than a connection across borders takes, so that a healthy address has the race to itself. */
    private static final Duration MAX_HEAD_START = Duration.ofSeconds(1);
    private static final int ADDRESSES_WITHIN_BOUND = 5;

    private final Dns resolver;
    private final AddressOrder order;
    private final Duration headStart;
    private final ReceiveLimit received;
    private volatile List<InetAddress> candidates = List.of();

    /**
     * @param resolver resolves names
     * @param order remembers the addresses from one handshake to the next
     * @param connectTimeout bound on the handshake
     * @param received bounds what the sockets receive
     */
    HandshakeSockets(Dns resolver, AddressOrder order, Duration connectTimeout, ReceiveLimit received) {
        this.resolver = resolver;
        this.order = order;
        Duration share = connectTimeout.dividedBy(ADDRESSES_WITHIN_BOUND);
        this.headStart = share.compareTo(MAX_HEAD_START) < 0 ? share : MAX_HEAD_START;
        this.received = received;
    }

    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
        List<InetAddress> addresses = order.order(resolver.lookup(host));
        candidates = addresses;
        return addresses;
    }

    @Override
    public Socket createSocket() throws IOException {
        return new RacingSocket(new RacingSocketImpl(this::from, new AddressRace(headStart, order), order, received));
    }

    /** What to try when OkHttp tries this: it, and all it would try later. */
    private List<InetSocketAddress> from(InetSocketAddress first) {
        List<InetAddress> all = candidates;
        int index = all.indexOf(first.getAddress());
        return index < 0
                ? List.of(first)
                : all.subList(index, all.size()).stream()
                        .map(address -> new InetSocketAddress(address, first.getPort())).toList();
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw unused();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw unused();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw unused();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw unused();
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("OkHttp connects its sockets itself");
    }

    private static final class RacingSocket extends Socket {

        RacingSocket(SocketImpl impl) throws IOException {
            super(impl);
        }
    }
}
