package dev.warmvoice.pool;

import static dev.warmvoice.testing.Interleavings.require;
import static dev.warmvoice.testing.Interleavings.together;

import dev.warmvoice.testing.Interleavings;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.InlineWorkers;
import dev.warmvoice.time.SetClocks;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AdmissionInterleavingsTest {

    @Test
    void noPlaceIsLostWhenAGrantRacesARelease() {
        Interleavings.explore(() -> {
            Admission admission = admission();
            AtomicInteger grants = new AtomicInteger();
            Admission.Permit first = permit(admission, new AtomicInteger());
            Admission.Permit second = permit(admission, grants);
            first.request();
            second.request();
            together(first::release, second::release);
            requireOnePlace(admission);
        });
    }

    @Test
    void doubleReleaseGrantsOnePlace() {
        Interleavings.explore(() -> {
            Admission admission = admission();
            AtomicInteger grants = new AtomicInteger();
            Admission.Permit first = permit(admission, new AtomicInteger());
            first.request();
            permit(admission, grants).request();
            permit(admission, grants).request();
            together(first::release, first::release);
            require(grants.get() == 1, "granted to " + grants);
        });
    }

    @Test
    void requestRacingAReleaseGetsThePlace() {
        Interleavings.explore(() -> {
            Admission admission = admission();
            AtomicInteger grants = new AtomicInteger();
            Admission.Permit first = permit(admission, new AtomicInteger());
            Admission.Permit second = permit(admission, grants);
            first.request();
            together(first::release, second::request);
            require(grants.get() == 1, "the second request has no place");
            second.release();
            requireOnePlace(admission);
        });
    }

    private static void requireOnePlace(Admission admission) {
        AtomicInteger grants = new AtomicInteger();
        permit(admission, grants).request();
        permit(admission, grants).request();
        require(grants.get() == 1, "places for " + grants + " requests");
    }

    private static Admission.Permit permit(Admission admission, AtomicInteger grants) {
        return admission.permit(grants::incrementAndGet, refused -> {
        });
    }

    private static Admission admission() {
        return new Admission(1, 8, Duration.ofSeconds(1), new Heartbeat(new SetClocks(), Duration.ofSeconds(2)),
                new InlineWorkers());
    }
}
