package dev.warmvoice.emulator;

import dev.warmvoice.emulator.Faults.Pending;

import io.vertx.core.json.JsonObject;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Faults as JSON. Names follow from the records: {@code CloseFrame(code, afterFrames)} is
 * {@code {"fault":"close-frame","code":…,"after_frames":…}}, and a duration called {@code after} is {@code after_ms}.
 */
final class FaultJson {

    private static final String NAME = "fault";
    private static final String TIMES = "times";

    /** Instead of {@link #TIMES}: without end. */
    private static final String ALWAYS = "always";

    private static final Map<String, Class<?>> KINDS = new TreeMap<>(leaves(Fault.class)
            .collect(Collectors.toMap(kind -> separated(kind.getSimpleName(), '-'), kind -> kind)));

    private FaultJson() {
    }

    /**
     * Adds to the faults what the JSON tells.
     *
     * @throws IllegalArgumentException
     *             with a message that names what there is, when a name, a field or a value is wrong
     */
    static void apply(JsonObject json, Faults faults) {
        Fault fault = parse(json);
        if (Boolean.TRUE.equals(json.getValue(ALWAYS))) {
            faults.always(fault);
        } else if (json.getValue(TIMES, 1) instanceof Integer times) {
            faults.next(fault, times);
        } else {
            throw new IllegalArgumentException("times must be a whole number");
        }
    }

    static JsonObject of(Pending pending) {
        Fault fault = pending.fault();
        var json = new JsonObject().put(NAME, separated(fault.getClass().getSimpleName(), '-'));
        for (RecordComponent component : fault.getClass().getRecordComponents()) {
            json.put(fieldName(component), plain(read(component, fault)));
        }
        return pending.times() == Pending.ALWAYS ? json.put(ALWAYS, true) : json.put(TIMES, pending.times());
    }

    private static Fault parse(JsonObject json) {
        Class<?> kind = KINDS.get(String.valueOf(json.getValue(NAME)));
        if (kind == null) {
            throw new IllegalArgumentException("unknown fault; there are " + String.join(", ", KINDS.keySet()));
        }
        RecordComponent[] components = kind.getRecordComponents();
        Set<String> known = Arrays.stream(components).map(FaultJson::fieldName)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        var extra = new LinkedHashSet<>(json.fieldNames());
        extra.removeAll(known);
        extra.removeAll(Set.of(NAME, TIMES, ALWAYS));
        if (!extra.isEmpty()) {
            throw new IllegalArgumentException("unknown field " + String.join(", ", extra) + "; "
                    + json.getString(NAME) + " has " + String.join(", ", known) + " besides times and always");
        }
        Object[] values = Arrays.stream(components).map(component -> value(component, json)).toArray();
        return (Fault) create(kind, components, values);
    }

    private static Object value(RecordComponent component, JsonObject json) {
        String name = fieldName(component);
        Object value = json.getValue(name);
        Class<?> type = component.getType();
        if (type == int.class && value instanceof Integer || type == String.class && value instanceof String) {
            return value;
        }
        if (type == double.class && value instanceof Number number) {
            return number.doubleValue();
        }
        if (type == Duration.class && value instanceof Number number) {
            return Duration.ofMillis(number.longValue());
        }
        if (NamedInJson.class.isAssignableFrom(type)) {
            return constant(type.asSubclass(NamedInJson.class), name, value);
        }
        throw new IllegalArgumentException(name + " must be a " + (type == String.class ? "string" : "number"));
    }

    /**
     * @param name of the field
     *
     * @throws IllegalArgumentException naming the values there are
     */
    static <T extends NamedInJson> T constant(Class<T> type, String name, Object value) {
        T[] constants = type.getEnumConstants();
        return Arrays.stream(constants).filter(constant -> constant.wireName().equals(value)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " must be one of "
                        + Arrays.stream(constants).map(NamedInJson::wireName).collect(Collectors.joining(", "))));
    }

    private static Object plain(Object value) {
        if (value instanceof Duration duration) {
            return duration.toMillis();
        }
        return value instanceof NamedInJson constant ? constant.wireName() : value;
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Arrays.stream(type.getPermittedSubclasses()).flatMap(
                        FaultJson::leaves);
    }

    private static String fieldName(RecordComponent component) {
        String name = separated(component.getName(), '_');
        return component.getType() == Duration.class ? name + "_ms" : name;
    }

    private static String separated(String camelCase, char separator) {
        return camelCase.replaceAll("(?<=[a-z])(?=[A-Z])", String.valueOf(separator)).toLowerCase(Locale.ROOT);
    }

    private static Object read(RecordComponent component, Fault fault) {
        try {
            return component.getAccessor().invoke(fault);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object create(Class<?> kind, RecordComponent[] components, Object[] values) {
        Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = kind.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(e.getCause().getMessage(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
