package dev.warmvoice.emulator.voice;

import dev.warmvoice.emulator.voice.SentenceCache.Key;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * The audio of one task, sentence by sentence. One thread at a time may use it; it may be slow, so none that others
 * wait for.
 */
public final class SentenceSynthesizer {

    private static final SentenceCache CACHE = new SentenceCache(32L << 20);

    private final SpeechParameters parameters;
    private final Voice voice;
    private final SentenceEncoder encoder;
    private final OggOpusStream ogg;
    private boolean begun;

    /** @param parameters how it is to sound */
    public SentenceSynthesizer(SpeechParameters parameters) {
        this.parameters = parameters;
        voice = new Voice(parameters);
        encoder = SentenceEncoder.of(parameters);
        ogg = new OggOpusStream(parameters.sampleRate());
    }

    /**
     * What a task delivers as a whole, whatever the size of its frames.
     *
     * @param parameters how it is to sound
     * @param sends the texts in the order they are sent; the same text in other pieces may be spoken in other sentences
     *
     * @return all bytes of the task's binary frames
     */
    public static byte[] audioOf(SpeechParameters parameters, String... sends) {
        return audioOf(parameters, Arrays.stream(sends).map(text -> new Send(text, false)).toList());
    }

    /** @return all bytes of the task's binary frames, see {@link #audioOf(SpeechParameters, String...)} */
    public static byte[] audioOf(SpeechParameters parameters, List<Send> sends) {
        var speech = new SentenceSynthesizer(parameters);
        var sentences = new Sentences();
        var audio = new ByteArrayOutputStream();
        for (Send send : sends) {
            boolean markup = parameters.ssml() && Ssml.isMarkup(send.text());
            sentences.add(markup ? Ssml.parse(send.text()).text() : send.text());
            if (send.flush()) {
                sentences.flush();
            }
            speech.speakWhole(sentences, audio);
        }
        sentences.end();
        speech.speakWhole(sentences, audio);
        audio.writeBytes(speech.trailer());
        return audio.toByteArray();
    }

    private void speakWhole(Sentences sentences, ByteArrayOutputStream audio) {
        for (String sentence = sentences.poll(); sentence != null; sentence = sentences.poll()) {
            audio.writeBytes(speak(sentence).audio());
        }
    }

    /** Speaks the next sentence. */
    public SynthesizedSentence speak(String sentence) {
        EncodedSentence encoded = encoded(sentence);
        var audio = new ByteArrayOutputStream(encoded.bytes() + 128);
        if (!encoded.packets().isEmpty()) {
            if (!begun) {
                begun = true;
                audio.writeBytes(header());
            }
            append(encoded, audio);
        }
        return new SynthesizedSentence(sentence, audio.toByteArray(),
                encoded.samples() / (double) parameters.sampleRate(),
                encoded.words());
    }

    /** @return what ends the stream after the last sentence; mostly nothing */
    public byte[] trailer() {
        return begun && parameters.format() == AudioFormat.OPUS ? ogg.trailer() : new byte[0];
    }

    private EncodedSentence encoded(String sentence) {
        var key = new Key(parameters, sentence);
        EncodedSentence cached = CACHE.get(key);
        if (cached != null) {
            return cached;
        }
        SampledSentence utterance = voice.speak(sentence);
        if (utterance.samples().length == 0) {
            return EncodedSentence.NOTHING;
        }
        EncodedSentence fresh = encoder.encode(utterance);
        CACHE.put(key, fresh);
        return fresh;
    }

    private byte[] header() {
        return switch (parameters.format()) {
            case WAV -> WavHeader.of(parameters.sampleRate());
            case OPUS -> ogg.header();
            case PCM, MP3 -> new byte[0];
        };
    }

    private void append(EncodedSentence encoded, ByteArrayOutputStream audio) {
        if (parameters.format() == AudioFormat.OPUS) {
            audio.writeBytes(ogg.pages(encoded.packets()));
        } else {
            encoded.packets().forEach(audio::writeBytes);
        }
    }
}
