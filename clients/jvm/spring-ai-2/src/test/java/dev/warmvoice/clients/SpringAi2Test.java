package dev.warmvoice.clients;

import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.ai.audio.tts.TextToSpeechPrompt;
import org.springframework.ai.openai.OpenAiAudioSpeechModel;
import org.springframework.ai.openai.OpenAiAudioSpeechOptions;

/** Spring AI 2, which uses OpenAI's package for Java. */
class SpringAi2Test extends ClientCases {

    @Override
    protected byte[] speak(Speech speech) {
        return model(speech).call(new TextToSpeechPrompt(speech.input())).getResult().getOutput();
    }

    @Override
    protected boolean streams() {
        return true;
    }

    @Override
    protected Stream<byte[]> stream(Speech speech) {
        return model(speech).stream(new TextToSpeechPrompt(speech.input()))
                .map(part -> part.getResult().getOutput()).toStream();
    }

    @Override
    protected Failure failure(Exception thrown) {
        OpenAIServiceException e = (OpenAIServiceException) thrown;
        return new Failure(e.getClass(), e.statusCode(), e.code().orElse("") + " " + e.param().orElse(""));
    }

    @Override
    protected Class<?> typeOf(int status) {
        return Map.of(400, BadRequestException.class, 401, UnauthorizedException.class, 404, NotFoundException.class,
                429, RateLimitException.class).get(status);
    }

    @Override
    protected int attempts() {
        return 4;
    }

    private static OpenAiAudioSpeechModel model(Speech speech) {
        return OpenAiAudioSpeechModel.builder().options(OpenAiAudioSpeechOptions.builder()
                .baseUrl(Warmvoice.URL + "/v1").apiKey(speech.token()).model(speech.model()).voice(speech.voice())
                .build()).build();
    }
}
