package dev.warmvoice.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy that supports CONNECT only. */
public final class ConnectProxy implements Closeable {

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<String> targets = new CopyOnWriteArrayList<>();

    public ConnectProxy() throws IOException {
        onThread(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The requested targets, as {@code host:port}. */
    public List<String> targets() {
        return targets;
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            onThread(() -> tunnel(client));
        }
    }

    private void tunnel(Socket client) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) client.getInputStream().read());
        }
        String target = head.toString().split(" ")[1];
        targets.add(target);
        Socket service = new Socket(target.split(":")[0], Integer.parseInt(target.split(":")[1]));
        client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        onThread(() -> copy(client, service));
        copy(service, client);
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (from; to; InputStream in = from.getInputStream()) {
            in.transferTo(to.getOutputStream());
        }
    }

    private static void onThread(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (SocketException e) {
                // The other end or the proxy has closed the socket.
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private interface Work {

        void run() throws IOException;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
