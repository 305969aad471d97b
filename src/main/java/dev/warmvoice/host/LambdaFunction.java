package dev.warmvoice.host;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.quarkus.amazon.lambda.runtime.FunctionError;
import io.quarkus.funqy.Funq;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jboss.logging.Logger;

/**
 * The HTTP API behind a Lambda Function URL. Handles one event at a time, on the thread of the poll loop. Answers every
 * event and throws no exception.
 */
@RegisterForReflection(targets = FunctionError.class) // What the extension reports failures with, and forgets.
public class LambdaFunction {

    private static final Logger LOG = Logger.getLogger(LambdaFunction.class);
    /** Lambda takes answers of 6 MB; the audio in them is base64, and headers come on top. */
    private static final int RESPONSE_BYTES = 6 * 1024 * 1024;
    private static final int ENVELOPE_BYTES = 8 * 1024;
    private static final int BODY_BYTES = (RESPONSE_BYTES - ENVELOPE_BYTES) / 4 * 3;

    /** Added to the time limit, which the code that answers keeps by itself. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final BufferedHttp http;
    private final Duration timeLimit;
    private final InvocationDeadline deadline;
    /** Created in advance: during shutdown it could not be created any more. */
    private final BufferedHttp.Answer ending;

    LambdaFunction(BufferedHttp http, LambdaConfig config, InvocationDeadline deadline) {
        this.http = http;
        this.timeLimit = config.timeLimit();
        this.deadline = deadline;
        this.ending = http.error(503, "The server is shutting down.");
    }

    /**
     * Answers an event of a Function URL, which has API Gateway's payload format 2.0.
     *
     * @param event may be of any other kind, such as the samples of the console
     */
    @Funq
    public APIGatewayV2HTTPResponse speech(APIGatewayV2HTTPEvent event) {
        BufferedHttp.Request request;
        try {
            request = FunctionUrlRequest.of(event).request();
        } catch (InvalidEventException e) {
            return toResponse(http.error(400, e.getMessage()));
        }
        return toResponse(answer(request));
    }

    /** Waits here, since the extension would log the end of the process as an exception. */
    private BufferedHttp.Answer answer(BufferedHttp.Request request) {
        Duration left = deadline.left();
        BufferedHttp.Limits limits = new BufferedHttp.Limits(BODY_BYTES,
                left.compareTo(timeLimit) < 0 ? left : timeLimit);
        try {
            return http.answer(request, limits).await().atMost(limits.time().plus(MARGIN));
        } catch (RuntimeException e) {
            // The code that answers throws nothing and keeps the limit: so this thread was interrupted.
            LOG.warnf("An invocation failed: %s", e.getClass().getName());
            return ending;
        }
    }

    private static APIGatewayV2HTTPResponse toResponse(BufferedHttp.Answer answer) {
        return APIGatewayV2HTTPResponse.builder().withStatusCode(answer.status()).withHeaders(answer.headers())
                .withBody(answer.isText()
                        ? new String(answer.body(), StandardCharsets.UTF_8)
                        : Base64.getEncoder().encodeToString(answer.body()))
                .withIsBase64Encoded(!answer.isText()).build();
    }
}
