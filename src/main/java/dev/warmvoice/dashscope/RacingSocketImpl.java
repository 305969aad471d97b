package dev.warmvoice.dashscope;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOptions;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is behind a socket that connects to whichever address wins an {@link AddressRace}. It can do what OkHttp and TLS
 * need of a socket, and nothing of a server's.
 *
 * <p>
 * Nagle's algorithm is off: a task sends several small messages in a row, and the second would wait for the first one's
 * acknowledgement, which a peer may delay by 40 ms.
 */
final class RacingSocketImpl extends SocketImpl {

    private final Function<InetSocketAddress, List<InetSocketAddress>> candidates;
    private final AddressRace race;
    private final AddressOrder order;
    private final ReceiveLimit received;
    private int soTimeout;
    private volatile @Nullable Socket connected;
    private volatile boolean closed;

    RacingSocketImpl(Function<InetSocketAddress, List<InetSocketAddress>> candidates, AddressRace race,
            AddressOrder order, ReceiveLimit received) {
        this.candidates = candidates;
        this.race = race;
        this.order = order;
        this.received = received;
    }

    @Override
    protected void create(boolean stream) {
        // The race opens one channel per address.
    }

    @Override
    protected void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
        Socket winner = race.connect(candidates.apply((InetSocketAddress) endpoint), timeoutMillis).socket();
        winner.setSoTimeout(soTimeout);
        address = winner.getInetAddress();
        port = winner.getPort();
        localport = winner.getLocalPort();
        connected = winner;
        if (closed) {
            winner.close();
            throw new SocketException("Socket closed");
        }
    }

    @Override
    protected void close() throws IOException {
        closed = true;
        race.cancel();
        Socket socket = connected;
        if (socket == null) {
            return;
        }
        if (received.isNothing()) {
            // It took the connection and said nothing: another address may do better.
            order.failed(address);
        }
        socket.close();
    }

    @Override
    protected InputStream getInputStream() throws IOException {
        return received.limit(socket().getInputStream());
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        return socket().getOutputStream();
    }

    @Override
    protected int available() throws IOException {
        return socket().getInputStream().available();
    }

    @Override
    protected void shutdownInput() throws IOException {
        socket().shutdownInput();
    }

    @Override
    protected void shutdownOutput() throws IOException {
        socket().shutdownOutput();
    }

    @Override
    public void setOption(int option, Object value) throws SocketException {
        switch (option) {
            case SocketOptions.SO_TIMEOUT -> setSoTimeout((Integer) value);
            case SocketOptions.SO_LINGER -> socket().setSoLinger(value instanceof Integer, linger(value));
            default -> throw new SocketException("no such option here: " + option);
        }
    }

    @Override
    public Object getOption(int option) throws SocketException {
        return switch (option) {
            case SocketOptions.SO_TIMEOUT -> soTimeout;
            case SocketOptions.SO_LINGER -> socket().getSoLinger();
            case SocketOptions.SO_BINDADDR -> socket().getLocalAddress();
            default -> throw new SocketException("no such option here: " + option);
        };
    }

    private void setSoTimeout(int millis) throws SocketException {
        soTimeout = millis;
        Socket socket = connected;
        if (socket != null) {
            socket.setSoTimeout(millis);
        }
    }

    private static int linger(Object value) {
        return value instanceof Integer seconds ? seconds : 0;
    }

    private Socket socket() throws SocketException {
        Socket socket = connected;
        if (socket == null) {
            throw new SocketException("Socket is not connected");
        }
        return socket;
    }

    @Override
    protected void connect(String host, int port) throws IOException {
        throw unsupported();
    }

    @Override
    protected void connect(InetAddress address, int port) throws IOException {
        throw unsupported();
    }

    @Override
    protected void bind(InetAddress host, int port) throws IOException {
        throw unsupported();
    }

    @Override
    protected void listen(int backlog) throws IOException {
        throw unsupported();
    }

    @Override
    protected void accept(SocketImpl from) throws IOException {
        throw unsupported();
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        throw unsupported();
    }

    private static IOException unsupported() {
        return new SocketException("this socket connects to an address and a port, with a timeout");
    }
}
