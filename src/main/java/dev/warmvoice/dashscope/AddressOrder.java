package dev.warmvoice.dashscope;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Decides in which order the addresses of a host are tried: IPv6 and IPv4 by turns, beginning with the family the resolver
 * puts first (RFC 8305, section 4), and addresses that failed lately last. Thread-safe.
 */
final class AddressOrder {

    /**
     * How long an address that failed is tried last. Then it is tried first again, which costs the handshakes of that
     * moment one head start if it is still dead, and nothing if it is back.
     */
    static final Duration MEMORY = Duration.ofMinutes(5);

    private final LongSupplier nanoTime;
    private final Map<InetAddress, Long> failedNanos = new ConcurrentHashMap<>();

    /** @param nanoTime a clock like {@link System#nanoTime} */
    AddressOrder(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The same addresses in the order in which to try them. */
    List<InetAddress> order(List<InetAddress> resolved) {
        long now = nanoTime.getAsLong();
        failedNanos.values().removeIf(failed -> now - failed >= MEMORY.toNanos());
        Map<InetAddress, Long> failed = new HashMap<>(failedNanos);
        List<InetAddress> ordered = byTurns(
                resolved.stream().filter(address -> !failed.containsKey(address)).toList());
        // Those that failed longest ago are the likeliest to be back.
        resolved.stream().filter(failed::containsKey)
                .sorted(Comparator.comparingLong(address -> failed.getOrDefault(address, now) - now))
                .forEach(ordered::add);
        return ordered;
    }

    /** The address did not answer, or not before another one. */
    void failed(InetAddress address) {
        failedNanos.put(address, nanoTime.getAsLong());
    }

    void answered(InetAddress address) {
        failedNanos.remove(address);
    }

    private static List<InetAddress> byTurns(List<InetAddress> addresses) {
        Deque<InetAddress> next = new ArrayDeque<>();
        Deque<InetAddress> other = new ArrayDeque<>();
        for (InetAddress address : addresses) {
            boolean sameFamily = next.isEmpty()
                    || address instanceof Inet6Address == next.peek() instanceof Inet6Address;
            (sameFamily ? next : other).add(address);
        }
        List<InetAddress> ordered = new ArrayList<>(addresses.size());
        while (!next.isEmpty() || !other.isEmpty()) {
            if (!next.isEmpty()) {
                ordered.add(next.poll());
            }
            Deque<InetAddress> turn = next;
            next = other;
            other = turn;
        }
        return ordered;
    }
}
