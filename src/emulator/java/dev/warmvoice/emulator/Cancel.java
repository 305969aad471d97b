package dev.warmvoice.emulator;

/** What a service makes of {@code finish-task} with the directive {@code cancel}. */
public enum Cancel implements NamedInJson {

    /**
     * task-finished at once and no more audio; the connection takes the next task. So the vendor's Java SDK expects since
     * 2.22.26, and so it was measured on the real service.
     */
    AT_ONCE,

    /** The directive is not known: it is an ordinary finish-task, and all the text is spoken. */
    AS_FINISH,

    /** Nothing more is sent. */
    NEVER
}
