package dev.warmvoice.emulator;

class EmulatorContractTest extends ServiceContract {

    EmulatorContractTest() {
        super(new EmulatedService());
    }
}
