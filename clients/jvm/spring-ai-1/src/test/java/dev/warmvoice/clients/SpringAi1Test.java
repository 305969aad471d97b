package dev.warmvoice.clients;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.ai.audio.tts.TextToSpeechPrompt;
import org.springframework.ai.openai.OpenAiAudioSpeechModel;
import org.springframework.ai.openai.OpenAiAudioSpeechOptions;
import org.springframework.ai.openai.api.OpenAiAudioApi;
import org.springframework.ai.retry.NonTransientAiException;

/** Spring AI 1.1, which has its own HTTP client and one exception for all that is not worth a retry, 429 included. */
class SpringAi1Test extends ClientCases {

    private static final Pattern MESSAGE = Pattern.compile("(?:HTTP )?(\\d{3}) - (.*)", Pattern.DOTALL);

    @Override
    protected byte[] speak(Speech speech) {
        return model(speech).call(prompt(speech)).getResult().getOutput();
    }

    @Override
    protected boolean streams() {
        return true;
    }

    @Override
    protected Stream<byte[]> stream(Speech speech) {
        return model(speech).stream(prompt(speech)).map(part -> part.getResult().getOutput()).toStream();
    }

    @Override
    protected Failure failure(Exception thrown) {
        Matcher message = MESSAGE.matcher(thrown.getMessage());
        return message.matches()
                ? new Failure(thrown.getClass(), Integer.parseInt(message.group(1)), message.group(2))
                : new Failure(thrown.getClass(), 0, thrown.toString());
    }

    @Override
    protected Class<?> typeOf(int status) {
        return NonTransientAiException.class;
    }

    @Override
    protected int attempts() {
        return 1;
    }

    private static OpenAiAudioSpeechModel model(Speech speech) {
        return new OpenAiAudioSpeechModel(
                OpenAiAudioApi.builder().baseUrl(Warmvoice.URL).apiKey(speech.token()).build());
    }

    private static TextToSpeechPrompt prompt(Speech speech) {
        return new TextToSpeechPrompt(speech.input(), OpenAiAudioSpeechOptions.builder().model(speech.model())
                .voice(speech.voice()).build());
    }
}
