package dev.warmvoice;

/** What a network does to a connection. */
enum Trouble {

    DELAY("everything comes 100 ms late"), THROTTLE("40 KB a second"), SLICE("one byte at a time"), BLACK_HOLE_UP(
            "nothing gets to the service"), BLACK_HOLE_DOWN("nothing comes from the service"), BLACK_HOLE(
                    "nothing passes either way"), RESET("reset, at both ends"), HALF_CLOSE_DOWN(
                            "the service's end closes its half"), HALF_CLOSE_UP("our end is closed for the service");

    private final String title;

    Trouble(String title) {
        this.title = title;
    }

    @Override
    public String toString() {
        return title;
    }
}
