package dev.warmvoice.dashscope;

/** Task parameters for tests. */
public final class TaskSpecs {

    /** The service's defaults, as MP3. */
    public static final TaskSpec PLAIN = of(null, false);

    private TaskSpecs() {
    }

    /**
     * @param seed an identifier of the task
     * @param ssml whether the text is SSML, which is sent in one piece
     */
    public static TaskSpec of(Integer seed, boolean ssml) {
        return new TaskSpec("cosyvoice-v3-flash", "longanyang", new TaskSpec.Encoding("mp3", 22_050, null, null),
                new TaskSpec.Prosody(null, null, null), seed, null, null, new TaskSpec.HotFix(null, null), false, ssml,
                null);
    }
}
