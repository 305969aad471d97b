package dev.warmvoice.emulator;

import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Runs a test on the real service, which costs money and minutes: only on request and with a key. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfSystemProperty(named = "live", matches = "true", disabledReason = "runs on the real service with -Dlive")
@EnabledIfEnvironmentVariable(named = "DASHSCOPE_API_KEY", matches = ".+", disabledReason = "needs DASHSCOPE_API_KEY")
@interface AgainstRealService {
}
