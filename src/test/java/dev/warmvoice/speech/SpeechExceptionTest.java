package dev.warmvoice.speech;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskFailedException.Part;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.speech.SpeechException.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What failures below the utterance mean for the client. */
class SpeechExceptionTest {

    private static final String MESSAGE = "what the connection said";

    @ParameterizedTest
    @CsvSource({"UNAUTHORIZED,UPSTREAM_AUTH", "NOT_STARTED,START_TIMEOUT", "CANCELLED,CANCELLED", "SPENT,UPSTREAM",
            "SERVICE,UPSTREAM", "PROTOCOL,UPSTREAM", "DISCONNECTED,UPSTREAM", "REJECTED,UPSTREAM"})
    void keepsTheMessageOfAFailure(Reason reason, Kind kind) {
        SpeechException failure = SpeechException.of(new TaskFailedException(reason, MESSAGE), "input");
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.code()).isEqualTo(kind.code());
        assertThat(failure).hasMessage(MESSAGE);
        assertThat(failure.field()).isEmpty();
        assertThat(failure.retryAfter()).isEmpty();
    }

    @Test
    void unreachableServiceIsWorthAnotherTryIn5Seconds() {
        SpeechException failure = SpeechException.of(new TaskFailedException(Reason.UNREACHABLE, MESSAGE), "input");
        assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
        assertThat(failure).hasMessage(MESSAGE);
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(5));
    }

    @Test
    void throttledTaskIsWorthAnotherTryInASecond() {
        SpeechException failure = SpeechException.of(new TaskFailedException(Reason.THROTTLED, MESSAGE), "input");
        assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
        assertThat(failure.getMessage()).contains("task rate");
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({"TEXT,text,invalid_value,nothing that can be spoken", "CONTENT,text,invalid_value,inspection",
            "SSML,ssml,invalid_value,does not support SSML", "VOICE,voice,invalid_value,/v1/audio/voices",
            "MODEL,model,model_not_found,/v1/models", "INSTRUCTIONS,instructions,invalid_value,at most 100 characters"})
    void rejectionNamesTheField(Part part, String field, String code, String says) {
        SpeechException failure = SpeechException.of(TaskFailedException.rejected(part, "Service", MESSAGE), "text");
        assertThat(failure.field()).contains(field);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.kind()).isEqualTo(part == Part.MODEL ? Kind.UNKNOWN_MODEL : Kind.INVALID);
        assertThat(failure.getMessage()).contains(says);
    }

    @ParameterizedTest
    @CsvSource({"InvalidParameter,InvalidParameter", ",invalid_value"})
    void otherRejectionHasTheCodeOfTheService(String serviceCode, String code) {
        SpeechException failure = SpeechException.of(TaskFailedException.rejected(Part.OTHER, serviceCode, MESSAGE),
                "text");
        assertThat(failure.kind()).isEqualTo(Kind.INVALID);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.field()).isEmpty();
    }

    @Test
    void rejectionAfterAudioIsAFailureOfTheService() {
        SpeechException failure = SpeechException
                .afterAudio(TaskFailedException.rejected(Part.TEXT, "InvalidParameter", MESSAGE));
        assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM);
        assertThat(failure.code()).isEqualTo("InvalidParameter");
    }

    @Test
    void otherFailuresMeanTheSameAfterAudio() {
        assertThat(SpeechException.afterAudio(new TaskFailedException(Reason.UNAUTHORIZED, MESSAGE)).kind())
                .isEqualTo(Kind.UPSTREAM_AUTH);
    }
}
