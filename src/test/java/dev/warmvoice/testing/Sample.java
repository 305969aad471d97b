package dev.warmvoice.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Measured times in milliseconds. */
public final class Sample {

    private final List<Double> values = Collections.synchronizedList(new ArrayList<>());

    public void addNanos(long nanos) {
        values.add(nanos / 1e6);
    }

    public int size() {
        return values.size();
    }

    public double median() {
        return quantile(0.5);
    }

    public double p99() {
        return quantile(0.99);
    }

    public double max() {
        return quantile(1);
    }

    /** The values in order of measurement. */
    public List<Double> values() {
        return List.copyOf(values);
    }

    /** The smallest value that this share of all values does not exceed. */
    public double quantile(double q) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.ceil(q * sorted.size()) - 1);
    }
}
