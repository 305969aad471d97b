package dev.warmvoice.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A controllable network between the process and the service. It forwards whole frames, so that a fault can begin
 * exactly before or after one of them. Thread-safe.
 *
 * <p>
 * A black hole delays bytes and does not lose them: as with TCP, they arrive once it is closed.
 */
public final class TcpProxy implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 10;

    /** The delay, speed and segment size of forwarded bytes. */
    private record Pace(long lateNanos, long bytesPerSecond, int segment) {

        static final Pace SWIFT = new Pace(0, Long.MAX_VALUE, Integer.MAX_VALUE);
        static final Pace LATE = new Pace(100_000_000, Long.MAX_VALUE, Integer.MAX_VALUE);
        static final Pace SLOW = new Pace(0, 40_000, 1000);
        static final Pace SLICED = new Pace(0, Long.MAX_VALUE, 1);
    }

    private record Plan(Phase phase, NetworkFault trouble) {
    }

    private final ServerSocket server;
    private final int servicePort;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Plan> plan = new AtomicReference<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger tasks = new AtomicInteger();
    private volatile boolean struck;

    /** @param servicePort the service's port on the loopback interface */
    public TcpProxy(int servicePort) throws IOException {
        this(InetAddress.getLoopbackAddress(), servicePort);
    }

    /** @param at the address on which the proxy listens */
    public TcpProxy(InetAddress at, int servicePort) throws IOException {
        server = new ServerSocket(0, 50, at);
        this.servicePort = servicePort;
        onThread(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The count of connections so far. */
    public int accepted() {
        return accepted.get();
    }

    /** The count of run-tasks that reached the proxy, forwarded or not. */
    public int tasks() {
        return tasks.get();
    }

    /**
     * Arms a fault: for the handshake phase on every new connection until {@link #heal}; for the idle phase on all open
     * connections; otherwise on the next connection that reaches the phase.
     */
    public void trouble(Phase phase, NetworkFault trouble) {
        struck = false;
        if (phase == Phase.IDLE) {
            links.forEach(link -> link.strike(trouble));
        } else {
            plan.set(new Plan(phase, trouble));
        }
    }

    /** Whether the latest fault has begun on any connection. */
    public boolean hasStruck() {
        return struck;
    }

    /** Ends all faults and forwards held bytes. Closed connections stay closed. */
    public void heal() {
        plan.set(null);
        links.forEach(Link::heal);
    }

    /** Resets all connections. */
    public void cut() {
        links.forEach(Link::reset);
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            accepted.incrementAndGet();
            Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), servicePort));
            links.add(link);
            Plan now = plan.get();
            if (now != null && now.phase == Phase.HANDSHAKE) {
                link.strike(now.trouble);
            }
            onThread(link.up::run);
            onThread(link.down::run);
        }
    }

    private static void onThread(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                // Either end or the proxy has closed the socket.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private interface Work {

        void run() throws IOException, InterruptedException;
    }

    @Override
    public void close() throws IOException {
        server.close();
        heal();
        cut();
    }

    /** One proxied connection. */
    private final class Link {

        private final Socket client;
        private final Socket service;
        private final Relay up;
        private final Relay down;
        private final AtomicInteger running = new AtomicInteger(2);
        private volatile CountDownLatch allText = new CountDownLatch(1);
        private int audioFrames;

        Link(Socket client, Socket service) throws IOException {
            this.client = client;
            this.service = service;
            client.setTcpNoDelay(true);
            service.setTcpNoDelay(true);
            up = new Relay(this, client, service, this::fromClient);
            down = new Relay(this, service, client, this::fromService);
        }

        private void fromClient(WebSocketFrame frame) throws IOException, InterruptedException {
            if (!links.contains(this)) {
                // A read that was pending when the socket was closed may still return data.
                return;
            }
            if (frame.text().contains("\"run-task\"")) {
                tasks.incrementAndGet();
                audioFrames = 0;
                allText = new CountDownLatch(1);
            }
            Plan next = plan.get();
            if (next != null && next.phase.isBefore(frame)) {
                begin(next, up);
            }
            up.pass(frame.bytes());
            if (frame.text().contains("\"finish-task\"")) {
                allText.countDown();
            }
        }

        private void fromService(WebSocketFrame frame) throws IOException, InterruptedException {
            Plan next = plan.get();
            if (next != null && next.phase.isBefore(frame, audioFrames)) {
                allText.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                begin(next, down);
            }
            if (frame.isAudio()) {
                audioFrames++;
            }
            down.pass(frame.bytes());
            if (next != null && next.phase.isAfter(frame)) {
                begin(next, down);
            }
        }

        /** Starts the fault after everything before it is delivered. */
        private void begin(Plan next, Relay here) throws InterruptedException {
            here.flush();
            if (plan.compareAndSet(next, null)) {
                strike(next.trouble);
            }
        }

        void strike(NetworkFault trouble) {
            switch (trouble) {
                case LATENCY -> pace(Pace.LATE);
                case BANDWIDTH -> pace(Pace.SLOW);
                case SLICER -> pace(Pace.SLICED);
                case TIMEOUT_UP -> up.hold(true);
                case TIMEOUT_DOWN -> down.hold(true);
                case TIMEOUT -> {
                    up.hold(true);
                    down.hold(true);
                }
                case RESET_PEER -> reset();
                case HALF_CLOSE_UP -> up.finish();
                case HALF_CLOSE_DOWN -> down.finish();
            }
            struck = true;
        }

        void heal() {
            pace(Pace.SWIFT);
            up.hold(false);
            down.hold(false);
        }

        private void pace(Pace pace) {
            up.pace = pace;
            down.pace = pace;
        }

        void reset() {
            try {
                client.setSoLinger(true, 0);
                service.setSoLinger(true, 0);
            } catch (IOException closed) {
                // The socket is already closed.
            }
            close();
        }

        private void close() {
            links.remove(this);
            // No later heal can release held bytes.
            up.hold(false);
            down.hold(false);
            try (client; service) {
                return;
            } catch (IOException closed) {
                // The socket is already closed.
            }
        }

        /** Called when one of the directions has ended. */
        void ended() throws InterruptedException {
            if (running.decrementAndGet() == 0) {
                up.flush();
                down.flush();
                up.lane.shutdown();
                down.lane.shutdown();
                close();
            }
        }
    }

    private interface FrameHandler {

        void handle(WebSocketFrame frame) throws IOException, InterruptedException;
    }

    /** One direction of a connection. */
    private static final class Relay {

        private final Link link;
        private final DataInputStream in;
        private final OutputStream out;
        private final Socket to;
        private final FrameHandler handler;
        /** The thread that delivers bytes in order and on time. */
        private final ScheduledExecutorService lane = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "proxy-lane");
            thread.setDaemon(true);
            return thread;
        });
        private final Queue<Work> onTheirWay = new ConcurrentLinkedQueue<>();
        private volatile Pace pace = Pace.SWIFT;
        private long dueNanos = System.nanoTime();
        private boolean held;

        Relay(Link link, Socket from, Socket to, FrameHandler handler) throws IOException {
            this.link = link;
            this.in = new DataInputStream(new BufferedInputStream(from.getInputStream()));
            this.out = to.getOutputStream();
            this.to = to;
            this.handler = handler;
        }

        void run() throws IOException, InterruptedException {
            try {
                byte[] head = head();
                pass(head);
                if (new String(head, 0, Math.min(head.length, 12)).matches("HTTP/1.1 [^1].*")) {
                    pass(in.readAllBytes());
                }
                for (WebSocketFrame frame = WebSocketFrame.read(in); frame != null; frame = WebSocketFrame.read(in)) {
                    handler.handle(frame);
                }
                awaitRelease();
                finish();
            } catch (IOException broken) {
                awaitRelease();
                link.reset();
            } finally {
                link.ended();
            }
        }

        /** Forwards the HTTP head before the frames. */
        private byte[] head() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            for (int last = 0; last != 0x0d0a0d0a;) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                head.write(next);
                last = last << 8 | next;
            }
            return head.toByteArray();
        }

        /** Forwards bytes, after the end of a black hole if there is one. */
        void pass(byte[] bytes) throws InterruptedException {
            awaitRelease();
            Pace now = pace;
            for (int from = 0; from < bytes.length; from += Math.min(now.segment, bytes.length - from)) {
                int begin = from;
                int length = Math.min(now.segment, bytes.length - from);
                deliver(() -> out.write(bytes, begin, length), now, length);
            }
        }

        /** Closes this half after the bytes before it; drops later ones. */
        void finish() {
            deliver(to::shutdownOutput, Pace.SWIFT, 0);
        }

        private synchronized void deliver(Work work, Pace at, int length) {
            long now = System.nanoTime();
            dueNanos = Math.max(dueNanos, now + at.lateNanos) + length * 1_000_000_000L / at.bytesPerSecond;
            onTheirWay.add(work);
            try {
                // Delivers the oldest first, because timers may fire out of order.
                lane.schedule(this::deliverOldest, dueNanos - now, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException closed) {
                // The connection has closed.
            }
        }

        private void deliverOldest() {
            try {
                onTheirWay.remove().run();
            } catch (IOException | InterruptedException gone) {
                // The reader of the other direction notices it.
            }
        }

        /** Waits until all bytes so far are delivered. */
        void flush() throws InterruptedException {
            CountDownLatch delivered = new CountDownLatch(1);
            deliver(delivered::countDown, Pace.SWIFT, 0);
            delivered.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        synchronized void hold(boolean now) {
            held = now;
            notifyAll();
        }

        private synchronized void awaitRelease() throws InterruptedException {
            while (held) {
                wait();
            }
        }
    }
}
