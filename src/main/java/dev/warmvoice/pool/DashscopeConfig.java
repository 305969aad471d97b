package dev.warmvoice.pool;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The settings {@code warmvoice.dashscope.*}: the only account, unless there are {@link UpstreamsConfig}. */
@ConfigMapping(prefix = "warmvoice.dashscope")
public interface DashscopeConfig extends AccountConfig {

    /** The longest time after which the file is read, or the program run, again; for every account. */
    @DurationMin(seconds = 1)
    @DurationMax(minutes = 60)
    Duration apiKeyRefresh();
}
