package dev.warmvoice.emulator;

/** What all connections of one emulator share. */
record Service(EmulatorOptions options, Faults faults, Journal journal, Speakers speakers, TaskRates taskRates) {
}
