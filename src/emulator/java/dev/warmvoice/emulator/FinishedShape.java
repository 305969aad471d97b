package dev.warmvoice.emulator;

import io.vertx.core.json.JsonObject;

import java.util.UUID;

/** What a task-finished may lack or have besides, by recordings of the real service and the vendor's pages. */
public enum FinishedShape implements NamedInJson {

    FULL {

        @Override
        void apply(JsonObject header, JsonObject payload) {
            // as it is
        }
    },

    OUTPUT_NULL {

        @Override
        void apply(JsonObject header, JsonObject payload) {
            payload.putNull("output");
        }
    },

    OUTPUT_EMPTY {

        @Override
        void apply(JsonObject header, JsonObject payload) {
            payload.put("output", new JsonObject());
        }
    },

    USAGE_NULL {

        @Override
        void apply(JsonObject header, JsonObject payload) {
            payload.putNull("usage");
        }
    },

    USAGE_ABSENT {

        @Override
        void apply(JsonObject header, JsonObject payload) {
            payload.remove("usage");
        }
    },

    WITH_ATTRIBUTES {

        @Override
        void apply(JsonObject header, JsonObject payload) {
            header.put("attributes", new JsonObject().put("request_uuid", UUID.randomUUID().toString())
                    .put("x-ds-batch-queue-length", 0));
        }
    };

    /** Gives a full event this shape. */
    abstract void apply(JsonObject header, JsonObject payload);
}
