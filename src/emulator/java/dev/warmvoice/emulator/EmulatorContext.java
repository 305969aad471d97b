package dev.warmvoice.emulator;

/** What all connections of one emulator share. */
record EmulatorContext(EmulatorOptions options, Faults faults, Journal journal, SynthesisExecutor speakers,
        TaskRates taskRates) {
}
