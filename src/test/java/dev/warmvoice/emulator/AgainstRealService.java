package dev.warmvoice.emulator;

import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Costs money and minutes: only when asked for, and with a key. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfSystemProperty(named = "live", matches = "true", disabledReason = "-Dlive asks the real service")
@EnabledIfEnvironmentVariable(named = "DASHSCOPE_API_KEY", matches = ".+", disabledReason = "the service wants a key")
@interface AgainstRealService {
}
