package dev.warmvoice.emulator;

import org.junit.jupiter.api.BeforeAll;

import java.nio.file.Path;
import java.time.Duration;

@AgainstRealService
class RealServiceQuestionsTest extends ServiceQuestions {

    private static Answers answers;

    RealServiceQuestionsTest() {
        super(new RealService());
    }

    @BeforeAll
    static void begin() {
        answers = new Answers(Path.of("target", "service-answers.md"));
    }

    @Override
    void report(String question, String answer, Duration after) {
        answers.add(question, answer, after);
    }
}
