package dev.warmvoice.emulator;

import java.net.URI;
import java.time.Duration;

/** The real service, configured by the vendor's environment variables. Each character is billed. */
final class RealService extends ServiceUnderTest {

    private static final String BEIJING = "wss://dashscope.aliyuncs.com/api-ws/v1/inference/";

    /** One below the account's three tasks a second, since network jitter can move tasks closer together. */
    private static final RateLimit TASK_RATE = new RateLimit(2);

    RealService() {
        super(new ServiceAccount(URI.create(System.getenv().getOrDefault("DASHSCOPE_WEBSOCKET_BASE_URL", BEIJING)),
                System.getenv("DASHSCOPE_API_KEY"), System.getenv("DASHSCOPE_WORKSPACE_ID"), TASK_RATE,
                Duration.ofSeconds(20)), Duration.ofSeconds(1));
    }
}
