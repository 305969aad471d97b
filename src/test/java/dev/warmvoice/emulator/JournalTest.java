package dev.warmvoice.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.Journal.Outcome;

import dev.warmvoice.emulator.voice.Send;

import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.Test;

class JournalTest {

    private final Journal journal = new Journal();

    private Journal.TaskEntry task(int id) {
        return journal.task(1, 0, String.valueOf(id), TestClient.MODEL, new JsonObject());
    }

    @Test
    void dropsTheOldestTasksButCountsThem() {
        for (int i = 0; i <= Journal.KEPT; i++) {
            task(i).failed("InvalidParameter");
        }
        assertThat(journal.tasks()).hasSize(Journal.KEPT).first().extracting(Journal.Task::taskId).isEqualTo("1");
        assertThat(journal.tasksFailed()).isEqualTo(Journal.KEPT + 1);
    }

    @Test
    void dropsTheOldestTasksWhenTextExceedsTheLimit() {
        String text = "x".repeat(Journal.KEPT_CHARACTERS / 4);
        for (int i = 0; i < 6; i++) {
            task(i).send(new Send(text, false), text.length());
        }
        assertThat(journal.tasks()).extracting(Journal.Task::taskId).containsExactly("2", "3", "4", "5");
    }

    @Test
    void aTaskEndsOnce() {
        Journal.TaskEntry task = task(1);
        assertThat(journal.tasksRunning()).isEqualTo(1);
        task.failed("InvalidParameter");
        task.abandoned();
        task.finished();
        assertThat(journal.tasksRunning()).isZero();
        assertThat(journal.tasksAbandoned() + journal.tasksFinished()).isZero();
        assertThat(journal.lastTask().outcome()).isEqualTo(Outcome.FAILED);
    }
}
