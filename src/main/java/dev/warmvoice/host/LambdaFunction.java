package dev.warmvoice.host;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.quarkus.amazon.lambda.runtime.FunctionError;
import io.quarkus.funqy.Funq;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.jboss.logging.Logger;

/**
 * The HTTP interface behind a Lambda Function URL. One event at a time, on the poll loop's one thread; every event gets
 * an answer, and none of them an exception.
 */
@RegisterForReflection(targets = FunctionError.class) // What the extension reports failures with, and forgets.
public class LambdaFunction {

    private static final Logger LOG = Logger.getLogger(LambdaFunction.class);
    /** Lambda takes answers of 6 MB; the audio in them is base64, and headers come on top. */
    private static final int RESPONSE_BYTES = 6 * 1024 * 1024;
    private static final int ENVELOPE_BYTES = 8 * 1024;
    private static final int BODY_BYTES = (RESPONSE_BYTES - ENVELOPE_BYTES) / 4 * 3;

    /** On top of the limit, which is kept by whoever answers. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final BufferedHttp http;
    private final BufferedHttp.Limits limits;
    /** Made ahead: at the end there is nobody left to make it. */
    private final BufferedHttp.Answer ending;

    LambdaFunction(BufferedHttp http, LambdaConfig config) {
        this.http = http;
        this.limits = new BufferedHttp.Limits(BODY_BYTES, config.timeLimit());
        this.ending = http.error(503, "the process is about to end");
    }

    /**
     * Answers an event of a Function URL, which is one of API Gateway's HTTP API in its format 2.0.
     *
     * @param event may be anything else too: what people try out in the console
     */
    @Funq
    public APIGatewayV2HTTPResponse speech(APIGatewayV2HTTPEvent event) {
        if (!isCall(event)) {
            return toResponse(http.error(400, "the event is not one of a Function URL"));
        }
        byte[] body;
        try {
            body = body(event);
        } catch (IllegalArgumentException e) {
            return toResponse(http.error(400, "the event's body is not valid base64"));
        }
        APIGatewayV2HTTPEvent.RequestContext.Http call = event.getRequestContext().getHttp();
        return toResponse(answer(new BufferedHttp.Request(call.getMethod(), call.getPath(),
                header(event, "content-type"), header(event, "authorization"), body)));
    }

    /** Waits here and not in the extension, to which the end of the process would be an exception. */
    private BufferedHttp.Answer answer(BufferedHttp.Request request) {
        try {
            return http.answer(request, limits).await().atMost(limits.time().plus(MARGIN));
        } catch (RuntimeException e) {
            // Whoever answers does so without exceptions, and in time: this thread has been interrupted.
            LOG.warnf("An invocation was not answered: %s", e.getClass().getName());
            return ending;
        }
    }

    private static boolean isCall(APIGatewayV2HTTPEvent event) {
        return event != null && event.getRequestContext() != null && event.getRequestContext().getHttp() != null
                && event.getRequestContext().getHttp().getMethod() != null
                && event.getRequestContext().getHttp().getPath() != null;
    }

    private static byte[] body(APIGatewayV2HTTPEvent event) {
        if (event.getBody() == null) {
            return new byte[0];
        }
        return event.getIsBase64Encoded()
                ? Base64.getDecoder().decode(event.getBody())
                : event.getBody().getBytes(StandardCharsets.UTF_8);
    }

    /** Function URLs write the names of headers in lower case, people who write events do not. */
    private static String header(APIGatewayV2HTTPEvent event, String name) {
        Map<String, String> headers = event.getHeaders() == null ? Map.of() : event.getHeaders();
        return headers.entrySet().stream().filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue).filter(Objects::nonNull).findFirst().orElse(null);
    }

    private static APIGatewayV2HTTPResponse toResponse(BufferedHttp.Answer answer) {
        return APIGatewayV2HTTPResponse.builder().withStatusCode(answer.status()).withHeaders(answer.headers())
                .withBody(answer.isText()
                        ? new String(answer.body(), StandardCharsets.UTF_8)
                        : Base64.getEncoder().encodeToString(answer.body()))
                .withIsBase64Encoded(!answer.isText()).build();
    }
}
