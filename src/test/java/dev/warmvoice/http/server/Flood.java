package dev.warmvoice.http.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that send the same bytes repeatedly at full speed. Every other client reads no answers, the rest read 1 KiB
 * now and then. A disconnected client reconnects.
 */
final class Flood implements AutoCloseable {

    private static final int READ_BYTES = 1024;
    private static final long READ_NANOS = 100_000_000;

    private final InetSocketAddress to;
    private final byte[] bytes;
    private final Selector selector = Selector.open();
    private final List<SocketChannel> clients = new ArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong hungUp = new AtomicLong();
    private final Thread thread = new Thread(this::run, "flood");
    private volatile boolean over;

    Flood(int port, int clients, byte[] bytes) throws IOException {
        this.to = new InetSocketAddress("127.0.0.1", port);
        this.bytes = bytes;
        for (int i = 0; i < clients; i++) {
            this.clients.add(connect(i));
        }
        thread.start();
    }

    /** The bytes of all clients accepted by the server or by the operating system's buffers. */
    long sent() {
        return sent.get();
    }

    /** The count of disconnects by the server. */
    long hungUp() {
        return hungUp.get();
    }

    private SocketChannel connect(int index) throws IOException {
        SocketChannel client = SocketChannel.open(to);
        client.configureBlocking(false);
        client.register(selector, SelectionKey.OP_WRITE, new Client(index, ByteBuffer.wrap(bytes)));
        return client;
    }

    private record Client(int index, ByteBuffer toSend) {
    }

    private void run() {
        ByteBuffer taken = ByteBuffer.allocate(READ_BYTES);
        long nextRead = System.nanoTime();
        try {
            while (!over) {
                selector.select(READ_NANOS / 1_000_000);
                for (SelectionKey key : List.copyOf(selector.selectedKeys())) {
                    send(key);
                }
                selector.selectedKeys().clear();
                if (System.nanoTime() - nextRead >= 0) {
                    nextRead = System.nanoTime() + READ_NANOS;
                    for (int i = 1; i < clients.size(); i += 2) {
                        take(i, taken.clear());
                    }
                }
            }
        } catch (IOException e) {
            if (!over) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void send(SelectionKey key) throws IOException {
        Client client = (Client) key.attachment();
        try {
            sent.addAndGet(((SocketChannel) key.channel()).write(client.toSend));
            if (!client.toSend.hasRemaining()) {
                client.toSend.rewind();
            }
        } catch (IOException e) {
            reconnect(client.index);
        }
    }

    private void take(int index, ByteBuffer into) throws IOException {
        try {
            if (clients.get(index).read(into) < 0) {
                reconnect(index);
            }
        } catch (IOException e) {
            reconnect(index);
        }
    }

    private void reconnect(int index) throws IOException {
        hungUp.incrementAndGet();
        clients.get(index).close();
        clients.set(index, connect(index));
    }

    @Override
    public void close() throws IOException {
        over = true;
        try {
            thread.join(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SocketChannel client : clients) {
            client.close();
        }
        selector.close();
    }
}
