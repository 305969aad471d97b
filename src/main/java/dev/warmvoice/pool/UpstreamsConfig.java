package dev.warmvoice.pool;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The settings {@code warmvoice.upstreams.<name>.*}: accounts and regions to use in place of {@link DashscopeConfig}'s. */
@ConfigMapping(prefix = "warmvoice.upstreams")
public interface UpstreamsConfig {

    /** Each by its name. */
    @WithParentName
    Map<String, @Valid Upstream> all();

    /** One of them. */
    interface Upstream extends AccountConfig {

        /** Tasks submitted a second; 0 is no limit. {@code warmvoice.rate.per-second} without it. */
        @Min(0)
        @Max(10_000)
        OptionalInt rate();

        /** The only models it serves; all without it. */
        Optional<List<@Size(min = 1, max = 128) String>> models();

        /** The higher, the more wanted. Among equals the first by name is. */
        @Min(0)
        @Max(1000)
        @WithDefault("0")
        int weight();
    }
}
