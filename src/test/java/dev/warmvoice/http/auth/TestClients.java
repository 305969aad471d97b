package dev.warmvoice.http.auth;

/** Clients for tests of other packages. */
public final class TestClients {

    private TestClients() {
    }

    /** A client of its own, without limits. */
    public static Client unlimited() {
        return Client.unlimited();
    }
}
