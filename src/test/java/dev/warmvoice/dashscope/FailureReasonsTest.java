package dev.warmvoice.dashscope;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.dashscope.TaskFailedException.Part;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureReasonsTest {

    @ParameterizedTest
    @CsvSource({"AllocationQuota.FreeTierOnly,REJECTED", "AccessDenied,REJECTED", "AccessDenied.Unpurchased,REJECTED",
            "Arrearage,REJECTED", "BadRequest.EmptyModel,REJECTED",
            "Workspace.AccessDenied,REJECTED", "ModelNotFound,REJECTED", "Model.AccessDenied,REJECTED",
            "InvalidParameter,REJECTED", "InvalidApiKey,REJECTED", "DataInspectionFailed,REJECTED",
            "Throttling.AllocationQuota,REJECTED", "Throttling,THROTTLED", "Throttling.RateQuota,THROTTLED",
            "Throttling.BurstRate,THROTTLED", "InternalError,SERVICE", "CLIENT_ERROR,SERVICE",
            "ModelUnavailable,SERVICE", "ModelServingError,SERVICE", "ModelServiceFailed,SERVICE"})
    void recognizesRetryableFailures(String code, Reason reason) {
        TaskFailedException failure = FailureReasons.ofEvent(code, "in words");
        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure.serviceCode()).isEqualTo(code);
    }

    @Test
    void attributesAnInvalidActionToTheConnection() {
        assertThat(FailureReasons.ofEvent("InvalidParameter",
                "Invalid action('run-task')! Please follow the protocol!").reason()).isEqualTo(Reason.SPENT);
        assertThat(FailureReasons.ofClose(1007, "Invalid action('run-task')!").reason()).isEqualTo(Reason.SPENT);
    }

    @ParameterizedTest
    @CsvSource({"AllocationQuota.FreeTierOnly,turn off \"free tier only\"", "Arrearage,overdue payment",
            "Throttling.AllocationQuota,must raise it"})
    void messageNamesTheRemedy(String code, String remedy) {
        assertThat(FailureReasons.ofEvent(code, "the client's text")).hasMessageContainingAll(code, remedy, "operator")
                .hasMessageNotContaining("client's text");
    }

    @Test
    void dropsMalformedErrorCodes() {
        TaskFailedException failure = FailureReasons.ofEvent("the client's text", "x");
        assertThat(failure.serviceCode()).isEqualTo("unknown");
        assertThat(failure).hasMessageNotContaining("client's text");
    }

    @ParameterizedTest
    @CsvSource({"Model not found (secret)!,refuses the request", "'Access denied, secret',may not use the model",
            "secret,refuses the request", "'',refuses the request"})
    void closeCode1007IsARejection(String words, String cause) {
        TaskFailedException failure = FailureReasons.ofClose(1007, words);
        assertThat(failure.reason()).isEqualTo(Reason.REJECTED);
        assertThat(failure.serviceCode()).isNull();
        assertThat(failure).hasMessageContaining(cause).hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({"1000,Bye", "1001,''", "1011,Model not found (x)!"})
    void otherCloseCodesAreDisconnects(int code, String words) {
        TaskFailedException failure = FailureReasons.ofClose(code, words);
        assertThat(failure.reason()).isEqualTo(Reason.DISCONNECTED);
        assertThat(failure).hasMessage("The service closed the connection with code " + code + ".");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"InvalidParameter|[cosyvoice:]Engine return error code: 418|VOICE",
            "InvalidParameter|[cosyvoice:]Engine error [411]: no such voice|VOICE",
            "InvalidParameter|Request voice is invalid!|VOICE",
            "InvalidParameter|[cosyvoice:]Engine return error code: 428|INSTRUCTIONS",
            "InvalidParameter|Please ensure input text is valid.|TEXT",
            "InvalidParameter|SSML text is not supported at the moment!|SSML",
            "InvalidParameter|Model not exist.|MODEL",
            "ModelNotFound|x|MODEL", "DataInspectionFailed|x|CONTENT", "InvalidParameter|x|OTHER",
            "BadRequest.EmptyModel|x|OTHER", "InvalidParameter|[cosyvoice:]Engine return error code: 500|OTHER"})
    void rejectionNamesThePartOfTheRequest(String code, String words, Part part) {
        assertThat(FailureReasons.ofEvent(code, words).rejected()).isEqualTo(part);
    }

    @ParameterizedTest
    @CsvSource({"AllocationQuota.FreeTierOnly", "Throttling.AllocationQuota", "Arrearage", "AccessDenied",
            "Model.AccessDenied", "Workspace.AccessDenied", "InvalidApiKey", "InternalError", "Throttling.RateQuota"})
    void failureOfTheAccountOrTheServiceIsNotTheRequests(String code) {
        assertThat(FailureReasons.ofEvent(code, "x").rejected()).isNull();
    }

    @Test
    void closeCode1007NamesTheModel() {
        assertThat(FailureReasons.ofClose(1007, "Model not found (x)!").rejected()).isEqualTo(Part.MODEL);
        assertThat(FailureReasons.ofClose(1007, "Access denied, x").rejected()).isNull();
        assertThat(FailureReasons.ofClose(1007, "x").rejected()).isEqualTo(Part.OTHER);
    }
}
