package dev.warmvoice.emulator;

import java.time.Duration;

/** The emulator at the service's pace, with timers twenty times as fast. */
final class EmulatedService extends ServiceUnderTest {

    static final Duration SECOND = Duration.ofMillis(50);

    private final Emulator emulator;

    EmulatedService() {
        this(Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0)
                .withFirstAudioDelay(Duration.ofMillis(100)).withRealTimeFactor(0.1)
                .withIdleClose(SECOND.multipliedBy(60)).withTextTimeout(SECOND.multipliedBy(23))));
    }

    private EmulatedService(Emulator emulator) {
        super(ServiceAccount.of(emulator), SECOND);
        this.emulator = emulator;
    }

    Emulator emulator() {
        return emulator;
    }

    @Override
    public void close() {
        super.close();
        emulator.close();
    }
}
