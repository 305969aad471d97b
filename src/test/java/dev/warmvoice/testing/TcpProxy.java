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
 * The network between the process and the service, which does as it is told. It passes whole frames on, so that trouble
 * can begin exactly before or after one of them. Thread-safe.
 *
 * <p>
 * What a black hole swallows is not lost: as with TCP it arrives late, if the hole is closed again.
 */
public final class TcpProxy implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 10;

    /** How bytes travel: how late, how fast, and how many in one segment. */
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

    /** @param servicePort where the service listens on the loopback interface */
    public TcpProxy(int servicePort) throws IOException {
        this(InetAddress.getLoopbackAddress(), servicePort);
    }

    /** @param at where to listen */
    public TcpProxy(InetAddress at, int servicePort) throws IOException {
        server = new ServerSocket(0, 50, at);
        this.servicePort = servicePort;
        onThread(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** How many connections there have been. */
    public int accepted() {
        return accepted.get();
    }

    /** How many run-tasks have come, whether or not they got any further. */
    public int tasks() {
        return tasks.get();
    }

    /**
     * Lets trouble begin: on every new connection until {@link #heal} if it is for the handshake, on all that are open
     * if it is for idle ones, and otherwise on the next one that gets to the phase.
     */
    public void trouble(Phase phase, NetworkFault trouble) {
        struck = false;
        if (phase == Phase.IDLE) {
            links.forEach(link -> link.strike(trouble));
        } else {
            plan.set(new Plan(phase, trouble));
        }
    }

    /** Whether the latest trouble has begun anywhere. */
    public boolean hasStruck() {
        return struck;
    }

    /** Ends all trouble; what was held back goes on its way. What has been closed stays closed. */
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
                // By either end, or with the proxy.
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

    /** One connection through the proxy. */
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
                // A read that was under way when the socket was closed may still bring something.
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

        /** What has passed before is delivered before. */
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
                // Already.
            }
            close();
        }

        private void close() {
            links.remove(this);
            // Nobody is left to heal it.
            up.hold(false);
            down.hold(false);
            try (client; service) {
                return;
            } catch (IOException closed) {
                // Already.
            }
        }

        /** One of its directions has come to its end. */
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
        /** Where what has passed is delivered, in order and when it is due. */
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

        /** What comes before the frames: a request, or its answer. */
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

        /** Sends bytes on their way, unless they have to wait for the end of a black hole. */
        void pass(byte[] bytes) throws InterruptedException {
            awaitRelease();
            Pace now = pace;
            for (int from = 0; from < bytes.length; from += Math.min(now.segment, bytes.length - from)) {
                int begin = from;
                int length = Math.min(now.segment, bytes.length - from);
                deliver(() -> out.write(bytes, begin, length), now, length);
            }
        }

        /** Closes this half behind what has passed; what comes later is lost. */
        void finish() {
            deliver(to::shutdownOutput, Pace.SWIFT, 0);
        }

        private synchronized void deliver(Work work, Pace at, int length) {
            long now = System.nanoTime();
            dueNanos = Math.max(dueNanos, now + at.lateNanos) + length * 1_000_000_000L / at.bytesPerSecond;
            onTheirWay.add(work);
            try {
                // Each time the oldest, for times may change their order on their way to the clock.
                lane.schedule(this::deliverOldest, dueNanos - now, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException closed) {
                // With the connection.
            }
        }

        private void deliverOldest() {
            try {
                onTheirWay.remove().run();
            } catch (IOException | InterruptedException gone) {
                // The reader of the other direction hears of it.
            }
        }

        /** Waits until all that has passed is delivered. */
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
