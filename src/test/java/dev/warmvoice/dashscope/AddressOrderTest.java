package dev.warmvoice.dashscope;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressOrderTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000);
    private final AddressOrder order = new AddressOrder(nanos::get);

    @ParameterizedTest
    @CsvSource({"a1,a1", "a1 a2 a3,a1 a2 a3", "a1 a2 a3 b1 b2,a1 b1 a2 b2 a3", "b1 b2 a1,b1 a1 b2",
            "a1 b1 b2 b3,a1 b1 b2 b3", "'',''"})
    void alternatesAddressFamilies(String resolved, String expected) {
        assertThat(order.order(addresses(resolved))).isEqualTo(addresses(expected));
    }

    @Test
    void triesFailedAddressesLast() {
        List<InetAddress> resolved = addresses("a1 a2 b1");
        order.failed(resolved.get(0));
        assertThat(order.order(resolved)).isEqualTo(addresses("a2 b1 a1"));
    }

    @Test
    void triesTheOldestFailureFirst() {
        List<InetAddress> resolved = addresses("a1 a2 a3");
        for (int index : new int[]{1, 2, 0}) {
            order.failed(resolved.get(index));
            pass(Duration.ofSeconds(1));
        }
        assertThat(order.order(resolved)).isEqualTo(addresses("a2 a3 a1"));
    }

    @Test
    void restoresTheOrderOnceTheAddressAnswers() {
        List<InetAddress> resolved = addresses("a1 a2");
        order.failed(resolved.get(0));
        order.answered(resolved.get(0));
        assertThat(order.order(resolved)).isEqualTo(resolved);
    }

    @Test
    void forgetsFailuresAfterAWhile() {
        List<InetAddress> resolved = addresses("a1 a2");
        order.failed(resolved.get(0));
        pass(AddressOrder.MEMORY.minusNanos(1));
        assertThat(order.order(resolved)).isEqualTo(addresses("a2 a1"));
        pass(Duration.ofNanos(1));
        assertThat(order.order(resolved)).isEqualTo(resolved);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /** Parses names: a1 is an IPv4 address, b1 an IPv6 address. */
    private static List<InetAddress> addresses(String names) {
        return Stream.of(names.split(" ")).filter(name -> !name.isEmpty())
                .map(name -> (name.startsWith("a") ? "192.0.2." : "2001:db8::") + name.substring(1))
                .map(AddressOrderTest::address).toList();
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
