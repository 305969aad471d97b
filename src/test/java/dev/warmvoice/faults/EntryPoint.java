package dev.warmvoice.faults;

import java.util.List;

/** The entry points, and how each of them reports an outcome. */
enum EntryPoint {

    HTTP {

        @Override
        String refusal(ExpectedOutcome outcome) {
            return outcome.status() + " " + outcome.code();
        }

        @Override
        String breakingOff(ExpectedOutcome outcome) {
            return "200, and the body breaks off";
        }

        @Override
        String success() {
            return "200";
        }
    },
    LIVE {

        @Override
        String refusal(ExpectedOutcome outcome) {
            return "error " + outcome.code();
        }

        @Override
        String breakingOff(ExpectedOutcome outcome) {
            return "audio, then error " + outcome.code();
        }

        @Override
        String success() {
            return "finished";
        }
    },
    /** An entry point that sends an answer only when it is complete. */
    LAMBDA {

        @Override
        String refusal(ExpectedOutcome outcome) {
            return outcome.status() + " " + outcome.code();
        }

        @Override
        String breakingOff(ExpectedOutcome outcome) {
            return refusal(outcome);
        }

        @Override
        String success() {
            return "200";
        }
    };

    abstract String refusal(ExpectedOutcome outcome);

    abstract String breakingOff(ExpectedOutcome outcome);

    abstract String success();

    /** The outcomes that a client may observe, in the words in which the test records them. */
    List<String> tells(ExpectedOutcome outcome) {
        return switch (outcome.kind()) {
            case SERVED, SERVED_BY_RETRY, SERVED_EITHER_WAY -> List.of(success());
            case REFUSED -> List.of(refusal(outcome));
            case BROKEN_OFF -> List.of(breakingOff(outcome));
            case BROKEN_OFF_AT_ONCE ->
                List.of(breakingOff(outcome), refusal(outcome)).stream().distinct().toList();
        };
    }
}
