package dev.warmvoice.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/** A test of the binary; on the jar it runs with {@code -Dtests=full} only. */
@Inherited
@Tag("binary")
@net.jqwik.api.Tag("binary")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OnBinary {
}
