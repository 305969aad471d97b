package dev.warmvoice.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** A line chart as SVG. */
public final class Plot {

    private static final int WIDTH = 760;
    private static final int HEIGHT = 420;
    private static final int LEFT = 70;
    private static final int RIGHT = 210;
    private static final int TOP = 40;
    private static final int BOTTOM = 50;
    private static final String[] COLOURS = {"#0b62a4", "#c2410c", "#4d7c0f", "#7e22ce", "#0f766e", "#be123c"};

    private final String title;
    private final String x;
    private final String y;
    private final List<Line> lines = new ArrayList<>();

    private record Point(double x, double y) {
    }

    private record Line(String name, List<Point> points) {
    }

    private final boolean linear;

    /**
     * Creates a plot with logarithmic axes.
     *
     * @param x the label of the axis, with its unit
     */
    public Plot(String title, String x, String y) {
        this(title, x, y, false);
    }

    private Plot(String title, String x, String y, boolean linear) {
        this.title = title;
        this.x = x;
        this.y = y;
        this.linear = linear;
    }

    /** Creates a plot with linear axes from 0 that draws lines without points. */
    public static Plot linear(String title, String x, String y) {
        return new Plot(title, x, y, true);
    }

    /** Adds a line, or a point to the line of that name. A logarithmic axis cannot show values at or below 0. */
    public Plot point(String line, double px, double py) {
        if (linear || px > 0 && py > 0) {
            Line known = lines.stream().filter(other -> other.name.equals(line)).findFirst().orElse(null);
            if (known == null) {
                known = new Line(line, new ArrayList<>());
                lines.add(known);
            }
            known.points.add(new Point(px, py));
        }
        return this;
    }

    public String svg() {
        double[] xs = range(Point::x);
        double[] ys = range(Point::y);
        StringBuilder svg = new StringBuilder(String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="white"/>
                <text x="%d" y="22" font-size="15">%s</text>
                <text x="%d" y="%d" text-anchor="middle">%s</text>
                <text transform="translate(16 %d) rotate(-90)" text-anchor="middle">%s</text>
                """, WIDTH, HEIGHT, LEFT, escaped(title), (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, escaped(x),
                (TOP + HEIGHT - BOTTOM) / 2, escaped(y)));
        for (double tick : ticks(xs)) {
            double at = across(tick, xs);
            svg.append(String.format(Locale.ROOT,
                    "<path d=\"M%.1f %d V%d\" stroke=\"#ddd\"/><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
                    at, TOP, HEIGHT - BOTTOM, at, HEIGHT - BOTTOM + 16, label(tick)));
        }
        for (double tick : ticks(ys)) {
            double at = up(tick, ys);
            svg.append(String.format(Locale.ROOT,
                    "<path d=\"M%d %.1f H%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
                    LEFT, at, WIDTH - RIGHT, LEFT - 6, at + 4, label(tick)));
        }
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            String colour = COLOURS[i % COLOURS.length];
            StringBuilder path = new StringBuilder();
            for (Point point : line.points) {
                path.append(String.format(Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : " L",
                        across(point.x, xs), up(point.y, ys)));
                if (linear) {
                    continue;
                }
                svg.append(String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n",
                        across(point.x, xs), up(point.y, ys), colour));
            }
            svg.append(String.format(Locale.ROOT,
                    "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>%n"
                            + "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n",
                    path, colour, WIDTH - RIGHT + 12, TOP + 16 + 18 * i, colour, escaped(line.name)));
        }
        return svg.append("</svg>\n").toString();
    }

    private double[] range(ToDoubleFunction<Point> of) {
        double[] values = lines.stream().flatMap(line -> line.points.stream()).mapToDouble(of).toArray();
        if (values.length == 0) {
            throw new IllegalStateException("nothing to plot: " + title);
        }
        double least = DoubleStream.of(values).min().getAsDouble();
        double most = DoubleStream.of(values).max().getAsDouble();
        return linear ? new double[]{0, most * 1.1} : new double[]{least / 1.2, most * 1.2};
    }

    /** The ticks: 1, 2 and 5 times each power of ten, or the powers alone if too many; about five if linear. */
    private List<Double> ticks(double[] range) {
        List<Double> ticks = new ArrayList<>();
        if (linear) {
            double power = Math.pow(10, Math.floor(Math.log10(range[1] / 5)));
            double step = power * DoubleStream.of(1, 2, 5, 10).filter(factor -> factor * power * 7 > range[1])
                    .findFirst().orElse(10);
            DoubleStream.iterate(0, tick -> tick <= range[1], tick -> tick + step).forEach(ticks::add);
            return ticks;
        }
        boolean wide = range[1] / range[0] > 500;
        for (int power = (int) Math.floor(Math.log10(range[0])); power <= Math.log10(range[1]); power++) {
            for (int factor : wide ? new int[]{1} : new int[]{1, 2, 5}) {
                double tick = factor * Math.pow(10, power);
                if (tick >= range[0] && tick <= range[1]) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    private double across(double value, double[] range) {
        return LEFT + share(value, range) * (WIDTH - LEFT - RIGHT);
    }

    private double up(double value, double[] range) {
        return HEIGHT - BOTTOM - share(value, range) * (HEIGHT - TOP - BOTTOM);
    }

    private double share(double value, double[] range) {
        return linear ? value / range[1] : Math.log(value / range[0]) / Math.log(range[1] / range[0]);
    }

    private static String label(double value) {
        return value >= 1
                ? String.format(Locale.ROOT, "%,.0f", value)
                : Double.toString(Math.round(value * 1e6) / 1e6);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
