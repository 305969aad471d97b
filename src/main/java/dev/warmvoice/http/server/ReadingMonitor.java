package dev.warmvoice.http.server;

import dev.warmvoice.http.server.KernelQueues.Connection;
import dev.warmvoice.http.server.KernelQueues.Untaken;
import dev.warmvoice.http.auth.Client;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import dev.warmvoice.time.Workers.Cancellable;
import io.vertx.core.Context;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Notices that clients read which everything waits for. Between a write and the client there are buffers that move in
 * lumps of 64 kB and more, so a client that reads at playing speed moves nothing for half a minute as far as writes show.
 * Looks at all watched connections at once, twice a second, and not at all while there are none. Thread-safe.
 */
@Singleton
public class ReadingMonitor {

    public static final Duration INTERVAL = Duration.ofMillis(500);

    private final Workers workers;
    private final Heartbeat heartbeat;
    private final KernelQueues kernel;
    private final Set<Watch> watches = new HashSet<>();
    private boolean looking;

    @Inject
    ReadingMonitor(Workers workers, Heartbeat heartbeat) {
        this(workers, heartbeat, new KernelQueues(Path.of("/proc/self/net")));
    }

    ReadingMonitor(Workers workers, Heartbeat heartbeat, KernelQueues kernel) {
        this.workers = workers;
        this.heartbeat = heartbeat;
        this.kernel = kernel;
    }

    /** The client at the other end of a connection. */
    public Client client(TcpConnection wire, Context eventLoop) {
        return new Client(wire, eventLoop);
    }

    /** One client. To be used on the event loop of its connection. */
    public final class Client {

        private final TcpConnection wire;
        private final Context eventLoop;
        private long lastSent = Long.MIN_VALUE / 2;
        private boolean sent;

        private Client(TcpConnection wire, Context eventLoop) {
            this.wire = wire;
            this.eventLoop = eventLoop;
        }

        /** It was sent something that takes time to read. */
        public void sent() {
            sent = true;
        }

        /**
         * Watches it from now on. The watch ends with the connection, or when it is cancelled on the event loop.
         *
         * @param onReading what to do each time it seems to have read, on the event loop
         */
        public Cancellable watch(Runnable onReading) {
            if (sent) {
                sent = false;
                lastSent = heartbeat.running();
            }
            Watch watch = new Watch(wire, eventLoop, lastSent, onReading);
            start(watch);
            return watch;
        }
    }

    private synchronized void start(Watch watch) {
        watches.add(watch);
        if (!looking) {
            looking = true;
            workers.after(INTERVAL, this::look);
        }
    }

    private void look() {
        Set<Watch> current;
        synchronized (this) {
            looking = !watches.isEmpty();
            current = Set.copyOf(watches);
        }
        if (current.isEmpty()) {
            return;
        }
        Map<Connection, Untaken> untaken = kernel
                .read(current.stream().map(watch -> watch.connection).collect(Collectors.toSet()));
        long now = heartbeat.running();
        for (Watch watch : current) {
            Untaken found = untaken.getOrDefault(watch.connection, Untaken.UNKNOWN);
            watch.eventLoop.runOnContext(there -> watch.look(found, now));
        }
        workers.after(INTERVAL, this::look);
    }

    private final class Watch implements Cancellable {

        private final TcpConnection wire;
        private final Context eventLoop;
        private final Connection connection;
        private final Runnable onReading;
        private final ReadingSigns signs;
        private boolean cancelled;

        Watch(TcpConnection wire, Context eventLoop, long lastSent, Runnable onReading) {
            this.wire = wire;
            this.eventLoop = eventLoop;
            this.connection = wire.inKernel();
            this.onReading = onReading;
            this.signs = new ReadingSigns(lastSent);
        }

        private void look(Untaken inKernel, long now) {
            if (!wire.isOpen()) {
                cancel();
            }
            if (cancelled) {
                return;
            }
            if (signs.isReading(wire.waiting(), inKernel, now)) {
                onReading.run();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            synchronized (ReadingMonitor.this) {
                watches.remove(this);
            }
        }
    }
}
