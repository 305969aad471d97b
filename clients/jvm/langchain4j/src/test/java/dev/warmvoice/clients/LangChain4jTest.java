package dev.warmvoice.clients;

import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.audio.TextToSpeechRequest;
import dev.langchain4j.model.openai.OpenAiTextToSpeechModel;
import java.util.Map;

/** LangChain4j's model for OpenAI, which returns whole audio only. */
class LangChain4jTest extends ClientCases {

    @Override
    protected byte[] speak(Speech speech) {
        OpenAiTextToSpeechModel model = OpenAiTextToSpeechModel.builder().baseUrl(Warmvoice.URL + "/v1")
                .apiKey(speech.token()).modelName(speech.model()).voice(speech.voice()).build();
        return model.synthesize(TextToSpeechRequest.builder().text(speech.input()).build()).audio().binaryData();
    }

    @Override
    protected Failure failure(Exception thrown) {
        HttpException answer = (HttpException) thrown.getCause();
        return new Failure(thrown.getClass(), answer.statusCode(), answer.getMessage());
    }

    @Override
    protected Class<?> typeOf(int status) {
        return Map.of(400, InvalidRequestException.class, 401, AuthenticationException.class, 404,
                ModelNotFoundException.class, 429, RateLimitException.class).get(status);
    }
}
