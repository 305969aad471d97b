package dev.warmvoice.http.speech;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What is on its way from the thread that reads the audio to the event loop that writes it. What waits there together
 * leaves together, as one chunk in one write, without a copy. Thread-safe, does not block.
 */
final class ChunkQueue {

    // Guarded by this.
    private final List<Buffer> waiting = new ArrayList<>();

    /**
     * Some of the response's body.
     *
     * @param count how many chunks it is made of, 0 if there is nothing
     */
    record Batch(Buffer bytes, int count) {
    }

    /**
     * Adds a chunk.
     *
     * @return whether it is the only one, so that the event loop is to be told
     */
    synchronized boolean add(Buffer chunk) {
        waiting.add(chunk);
        return waiting.size() == 1;
    }

    synchronized Batch takeAll() {
        Batch all = new Batch(waiting.size() == 1 ? waiting.get(0) : joined(waiting), waiting.size());
        waiting.clear();
        return all;
    }

    @SuppressWarnings("deprecation") // The only public way to a buffer that is not a copy.
    private static Buffer joined(List<Buffer> chunks) {
        return Buffer.buffer(Unpooled.wrappedBuffer(chunks.stream().map(Buffer::getByteBuf).toArray(ByteBuf[]::new)));
    }
}
