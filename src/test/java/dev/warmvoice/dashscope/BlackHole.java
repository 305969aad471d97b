package dev.warmvoice.dashscope;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** An address that drops each SYN: its backlog is full, so connects time out without a refusal. */
final class BlackHole implements Closeable {

    private static final int PATIENCE_MILLIS = 200;
    private static final int ENOUGH = 20;

    private final ServerSocket server;
    private final List<Socket> backlog = new ArrayList<>();

    BlackHole(InetAddress at, int port) throws IOException {
        server = new ServerSocket(port, 1, at);
        for (int i = 0; i < ENOUGH; i++) {
            Socket socket = new Socket();
            backlog.add(socket);
            try {
                socket.connect(server.getLocalSocketAddress(), PATIENCE_MILLIS);
            } catch (SocketTimeoutException full) {
                return;
            }
        }
        close();
        throw new IllegalStateException("the backlog does not get full");
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** Answers new connection attempts and the retransmitted SYNs of pending ones. */
    void open() throws IOException {
        for (int i = 0; i < backlog.size() - 1; i++) {
            server.accept().close();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : backlog) {
            socket.close();
        }
    }
}
