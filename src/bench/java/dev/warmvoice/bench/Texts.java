package dev.warmvoice.bench;

/** Texts of any length with few distinct sentences, so that the emulator synthesizes each sentence only once. */
final class Texts {

    private static final String SENTENCES = "It is ten. Your train leaves at nine. Mind the gap between the train and the platform. ";

    private Texts() {
    }

    static String ofLength(int characters) {
        return SENTENCES.repeat(characters / SENTENCES.length() + 1).substring(0, characters);
    }
}
