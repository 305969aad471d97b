package dev.warmvoice.testing;

/** Network faults of a connection, named after Toxiproxy's toxics. */
public enum NetworkFault {

    LATENCY("everything comes 100 ms late"),
    BANDWIDTH("40 KB a second"),
    SLICER("one byte at a time"),
    TIMEOUT_UP("nothing gets to the service"),
    TIMEOUT_DOWN("nothing comes from the service"),
    TIMEOUT("nothing passes either way"),
    RESET_PEER("reset, at both ends"),
    HALF_CLOSE_DOWN("the service's end closes its half"),
    HALF_CLOSE_UP("our end is closed for the service");

    private final String title;

    NetworkFault(String title) {
        this.title = title;
    }

    @Override
    public String toString() {
        return title;
    }
}
