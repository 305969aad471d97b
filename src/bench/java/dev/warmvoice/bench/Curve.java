package dev.warmvoice.bench;

import dev.warmvoice.testing.Plot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A growth curve, with the exponent of its power law. */
final class Curve {

    /** The max exponent of linear growth, measurement noise included. */
    private static final double LINEAR = 1.05;

    private final String name;
    private final List<Double> xs = new ArrayList<>();
    private final List<Double> ys = new ArrayList<>();

    Curve(String name) {
        this.name = name;
    }

    /** Adds a point to the right of all others. */
    void add(double x, double y) {
        xs.add(x);
        ys.add(y);
    }

    /** Whether the growth is at most linear, over all points and at the right end. */
    boolean isLinearOrBetter() {
        return exponent(0) <= LINEAR && exponent(lastDecade()) <= LINEAR;
    }

    private double exponent(int from) {
        return Fit.of(logarithms(xs, from), logarithms(ys, from)).slope();
    }

    /** A constant part flattens the left end, so the right end is checked separately. */
    private int lastDecade() {
        double last = xs.get(xs.size() - 1);
        int from = xs.size() - 1;
        while (xs.get(from) > last / 10) {
            from--;
        }
        return from;
    }

    private static double[] logarithms(List<Double> values, int from) {
        return values.stream().skip(from).mapToDouble(Math::log).toArray();
    }

    void drawOn(Plot plot) {
        for (int i = 0; i < xs.size(); i++) {
            plot.point(name, xs.get(i), ys.get(i));
        }
    }

    /** Formats the exponents. */
    @Override
    public String toString() {
        int decade = lastDecade();
        return String.format(Locale.ROOT, "as x^%.2f, from %,.0f on x^%.2f", exponent(0), xs.get(decade),
                exponent(decade));
    }

    /** Formats the points. */
    String values() {
        StringBuilder values = new StringBuilder();
        for (int i = 0; i < xs.size(); i++) {
            values.append(String.format(Locale.ROOT, "%s%,.0f: %,.3f", values.isEmpty() ? "" : "; ", xs.get(i),
                    ys.get(i)));
        }
        return values.toString();
    }
}
