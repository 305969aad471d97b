package dev.warmvoice.http.server;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;
import org.eclipse.microprofile.config.spi.Converter;

/** Reads a setting that is on or off. Quarkus' own converter takes what it does not know, such as "ture", for off. */
@RegisterForReflection
public final class BooleanSetting implements Converter<Boolean> {

    private static final long serialVersionUID = 1;

    @Override
    public Boolean convert(String value) {
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw new IllegalArgumentException("allowed values: true,false");
        };
    }
}
