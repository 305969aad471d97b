package dev.warmvoice.clients;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.HttpResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.audio.speech.SpeechCreateParams;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

/** OpenAI's package for Java. */
class OpenAiJavaTest extends ClientCases {

    @Override
    protected byte[] speak(Speech speech) throws IOException {
        try (HttpResponse response = create(speech)) {
            return response.body().readAllBytes();
        }
    }

    @Override
    protected boolean streams() {
        return true;
    }

    @Override
    protected Stream<byte[]> stream(Speech speech) {
        HttpResponse response = create(speech);
        return Stream.generate(() -> read(response.body())).takeWhile(chunk -> chunk.length > 0)
                .onClose(response::close);
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

    private static HttpResponse create(Speech speech) {
        OpenAIClient client = OpenAIOkHttpClient.builder().baseUrl(Warmvoice.URL + "/v1").apiKey(speech.token())
                .build();
        return client.audio().speech().create(SpeechCreateParams.builder().model(speech.model())
                .voice(speech.voice()).input(speech.input()).build());
    }

    private static byte[] read(InputStream audio) {
        try {
            byte[] chunk = new byte[4096];
            int length = Math.max(0, audio.read(chunk));
            return Arrays.copyOf(chunk, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
