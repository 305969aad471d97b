package dev.warmvoice.http.speech;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

class ChunkQueueTest {

    private final ChunkQueue queue = new ChunkQueue();

    @Test
    void whatWaitsTogetherLeavesTogether() {
        queue.add(Buffer.buffer("one "));
        queue.add(Buffer.buffer("two "));
        queue.add(Buffer.buffer("three"));
        ChunkQueue.Batch batch = queue.takeAll();
        assertThat(batch.bytes().toString()).isEqualTo("one two three");
        assertThat(batch.count()).isEqualTo(3);
        assertThat(queue.takeAll().count()).isZero();
    }

    @Test
    void onlyTheFirstIsToBeAnnounced() {
        assertThat(queue.add(Buffer.buffer("one"))).isTrue();
        assertThat(queue.add(Buffer.buffer("two"))).isFalse();
        queue.takeAll();
        assertThat(queue.add(Buffer.buffer("three"))).isTrue();
    }

    @Test
    void copiesNothing() {
        Buffer one = Buffer.buffer("one");
        Buffer two = Buffer.buffer("two");
        queue.add(one);
        assertThat(queue.takeAll().bytes()).isSameAs(one);
        queue.add(one);
        queue.add(two);
        ChunkQueue.Batch batch = queue.takeAll();
        two.setString(0, "TWO");
        assertThat(batch.bytes().toString()).isEqualTo("oneTWO");
    }
}
