package dev.warmvoice.emulator;

@AgainstRealService
class RealServiceContractTest extends ServiceContract {

    RealServiceContractTest() {
        super(new RealService());
    }
}
