package dev.warmvoice.pool.rate;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.redis.client.RedisAPI;
import io.vertx.mutiny.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The slots of an account in Redis or Valkey: one sorted set for each model, changed by one script. All times are the
 * server's. All keys are in one slot of a cluster.
 */
final class RedisSlots implements AccountSlots {

    /**
     * A little longer than the service's second, for what delays some tasks on the way more than others. Shorter than the
     * window of a process by itself, which cannot know how long a granted turn waits for its use.
     */
    private static final Duration WINDOW = Duration.ofMillis(1025);
    /** From then on an instance that has not been heard of counts no more. */
    private static final Duration FORGOTTEN = Duration.ofSeconds(30);

    /**
     * The time of the N-th latest slot and a window is the earliest for the next: then no window has more than N. The
     * instances that had to wait within the last second share the slots that can be booked ahead: each has as many as the
     * others, whose requests would otherwise find all booked and draw lots for what becomes free. The state numbers all changes, so that a server that has lost some of them is noticed, by a number that an instance has
     * seen already.
     */
    private static final String SCRIPT = """
            local operation, instance, seen, forgotten = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
            local function text(number) return string.format('%.0f', number) end
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            redis.call('ZADD', KEYS[1], text(now), instance)
            redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now - forgotten))
            redis.call('PEXPIRE', KEYS[1], text(forgotten / 1000))
            local number = redis.call('HINCRBY', KEYS[2], 'changes', 1)
            local since = redis.call('HGET', KEYS[2], 'since')
            if not since or number <= seen then
              number = math.max(number, seen + 1)
              since = text(now)
              redis.call('HSET', KEYS[2], 'changes', text(number), 'since', since)
            end
            local age, slot, delay = now - tonumber(since), 0, 0
            if operation == 'record' then
              redis.call('ZADD', KEYS[3], text(now), text(number))
              redis.call('PEXPIRE', KEYS[3], text(forgotten / 1000))
            elseif operation == 'reserve' then
              local tasks, window, longest, young = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
              redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', text(now - window))
              local latest = redis.call('ZRANGE', KEYS[3], -tasks, -tasks, 'WITHSCORES')
              if latest[2] then delay = math.max(0, tonumber(latest[2]) + window - now) end
              local fair, booked = 1, 0
              if delay > 0 then
                redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', text(now))
                redis.call('ZADD', KEYS[4], text(now + window), instance)
                redis.call('PEXPIRE', KEYS[4], text(window / 1000))
                fair = math.max(1, math.floor(tasks * longest / window / redis.call('ZCARD', KEYS[4])))
                redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', text(now))
                booked = redis.call('ZCARD', KEYS[5])
              end
              if age >= young and delay <= longest and booked < fair then
                slot = number
                redis.call('ZADD', KEYS[3], text(now + delay), text(slot))
                redis.call('PEXPIRE', KEYS[3], text((delay + window) / 1000 + 1000))
                if delay > 0 then
                  redis.call('ZADD', KEYS[5], text(now + delay), text(slot))
                  redis.call('PEXPIRE', KEYS[5], text(delay / 1000 + 1000))
                end
              end
            end
            local instances, rank = redis.call('ZRANGE', KEYS[1], 0, -1), 0
            for _, each in ipairs(instances) do
              if each < instance then rank = rank + 1 end
            end
            return {number, slot, delay, age, #instances, rank, now}
            """;

    private final RedisAPI redis;
    private final String prefix;
    private final Duration young;
    private final String instance = UUID.randomUUID().toString();
    private final AtomicLong seen = new AtomicLong();

    /**
     * @param account in the names of the keys
     * @param young the age below which there are no slots
     */
    RedisSlots(RedisAPI redis, String account, Duration young) {
        this.redis = redis;
        this.prefix = "warmvoice:{" + account + "}:";
        this.young = young;
    }

    @Override
    public CompletionStage<Reply> reserve(String model, int perSecond, Duration longest) {
        return evaluate("reserve", List.of(slots(model), prefix + "waiting:" + model, booked(model)),
                String.valueOf(perSecond), micros(WINDOW),
                micros(longest), micros(young));
    }

    @Override
    public CompletionStage<Reply> record(String model) {
        return evaluate("record", List.of(slots(model)));
    }

    @Override
    public CompletionStage<Reply> announce() {
        return evaluate("announce", List.of());
    }

    @Override
    public void giveBack(String model, long slot) {
        forget(redis.zrem(List.of(slots(model), String.valueOf(slot))));
        forget(redis.zrem(List.of(booked(model), String.valueOf(slot))));
    }

    @Override
    public void leave() {
        forget(redis.zrem(List.of(instances(), instance)));
    }

    private String slots(String model) {
        return prefix + "slots:" + model;
    }

    /** The slots that this instance waits for. */
    private String booked(String model) {
        return prefix + "booked:" + model + ":" + instance;
    }

    private String instances() {
        return prefix + "instances";
    }

    private CompletionStage<Reply> evaluate(String operation, List<String> slots, String... arguments) {
        List<String> command = new ArrayList<>(List.of(SCRIPT, String.valueOf(2 + slots.size()), instances(),
                prefix + "state"));
        command.addAll(slots);
        command.addAll(List.of(operation, instance, String.valueOf(seen.get()), micros(FORGOTTEN)));
        command.addAll(List.of(arguments));
        return redis.eval(command).map(this::reply).subscribeAsCompletionStage();
    }

    private Reply reply(Response response) {
        seen.accumulateAndGet(response.get(0).toLong(), Math::max);
        return new Reply(response.get(1).toLong(), ofMicros(response.get(2)), ofMicros(response.get(3)),
                new Members(response.get(4).toInteger(), response.get(5).toInteger(), ofMicros(response.get(6))));
    }

    private static String micros(Duration time) {
        return String.valueOf(time.toNanos() / 1000);
    }

    private static Duration ofMicros(Response micros) {
        return Duration.ofNanos(micros.toLong() * 1000);
    }

    private static void forget(Uni<Response> command) {
        command.subscribe().with(done -> {
        }, failure -> {
        });
    }
}
