package dev.warmvoice.bench;

import java.util.stream.DoubleStream;

/** The line of best fit through some points, by least squares. */
record Fit(double slope, double intercept) {

    static Fit of(double[] xs, double[] ys) {
        double meanX = DoubleStream.of(xs).average().orElseThrow();
        double meanY = DoubleStream.of(ys).average().orElseThrow();
        double products = 0;
        double squares = 0;
        for (int i = 0; i < xs.length; i++) {
            products += (xs[i] - meanX) * (ys[i] - meanY);
            squares += (xs[i] - meanX) * (xs[i] - meanX);
        }
        double slope = products / squares;
        return new Fit(slope, meanY - slope * meanX);
    }
}
