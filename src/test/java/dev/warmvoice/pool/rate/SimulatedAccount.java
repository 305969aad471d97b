package dev.warmvoice.pool.rate;

import dev.warmvoice.pool.rate.AccountSlots.Members;
import dev.warmvoice.pool.rate.AccountSlots.Reply;
import dev.warmvoice.time.ManualWorkers;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The rules of {@link RedisSlots} without a server, with a network that can fail. */
final class SimulatedAccount {

    private final ManualWorkers workers;
    private final Map<String, TreeMap<Long, Long>> slots = new HashMap<>();
    private final Set<Integer> instances = new HashSet<>();
    private long number;
    private long since;
    private Duration latency = Duration.ofMillis(1);
    private boolean down;
    private int joined;

    SimulatedAccount(ManualWorkers workers) {
        this.workers = workers;
        clear();
    }

    /** The server loses all that it knows. */
    void clear() {
        slots.clear();
        instances.clear();
        since = workers.monotonicNanos();
    }

    void latency(Duration time) {
        latency = time;
    }

    void down(boolean value) {
        down = value;
    }

    int reserved(String model) {
        return slots.getOrDefault(model, new TreeMap<>()).size();
    }

    AccountSlots join() {
        return new Client(joined++);
    }

    private final class Client implements AccountSlots {

        private final int instance;

        Client(int instance) {
            this.instance = instance;
        }

        @Override
        public CompletionStage<Reply> reserve(String model, int perSecond, Duration longest) {
            return answer(() -> {
                TreeMap<Long, Long> times = times(model);
                long now = workers.monotonicNanos();
                long window = SlidingWindow.WINDOW.toNanos();
                times.values().removeIf(time -> time <= now - window);
                long delay = times.values().stream().sorted().skip(Math.max(0, times.size() - perSecond)).findFirst()
                        .filter(nth -> times.size() >= perSecond).map(nth -> Math.max(0, nth + window - now))
                        .orElse(0L);
                boolean granted = age().compareTo(SharedRate.REJOIN) >= 0 && delay <= longest.toNanos();
                if (granted) {
                    times.put(number, now + delay);
                }
                return reply(granted ? number : 0, Duration.ofNanos(delay), rank());
            });
        }

        @Override
        public CompletionStage<Reply> record(String model) {
            return answer(() -> {
                times(model).put(number, workers.monotonicNanos());
                return reply(0, Duration.ZERO, rank());
            });
        }

        @Override
        public CompletionStage<Reply> announce() {
            return answer(() -> reply(0, Duration.ZERO, rank()));
        }

        @Override
        public void giveBack(String model, long slot) {
            answer(() -> {
                times(model).remove(slot);
                return reply(0, Duration.ZERO, rank());
            });
        }

        @Override
        public void leave() {
            instances.remove(instance);
        }

        private int rank() {
            return (int) instances.stream().filter(each -> each < instance).count();
        }

        private CompletionStage<Reply> answer(Supplier<Reply> change) {
            CompletableFuture<Reply> answer = new CompletableFuture<>();
            if (!down) {
                workers.after(latency.dividedBy(2), () -> {
                    if (!down) {
                        number++;
                        instances.add(instance);
                        Reply reply = change.get();
                        workers.after(latency.dividedBy(2), () -> answer.complete(reply));
                    }
                });
            }
            return answer;
        }
    }

    private TreeMap<Long, Long> times(String model) {
        return slots.computeIfAbsent(model, each -> new TreeMap<>());
    }

    private Duration age() {
        return Duration.ofNanos(workers.monotonicNanos() - since);
    }

    private Reply reply(long slot, Duration delay, int rank) {
        return new Reply(slot, delay, age(),
                new Members(instances.size(), rank, Duration.ofNanos(workers.monotonicNanos())));
    }
}
