package dev.warmvoice.clients;

/** What a client asks for, and the token that it sends. */
public record Speech(String model, String voice, String input, String token) {

    /** A request that succeeds. */
    static Speech valid() {
        return new Speech("tts-1", "alloy", System.getenv("CLIENTS_TEXT"), Warmvoice.TOKEN);
    }

    Speech withModel(String other) {
        return new Speech(other, voice, input, token);
    }

    Speech withVoice(String other) {
        return new Speech(model, other, input, token);
    }

    Speech withInput(String other) {
        return new Speech(model, voice, other, token);
    }

    Speech withToken(String other) {
        return new Speech(model, voice, input, other);
    }

    /** The same with a text that takes longer to play than the tests need to react. */
    Speech prolonged() {
        return withInput((input + " ").repeat(10).strip());
    }
}
