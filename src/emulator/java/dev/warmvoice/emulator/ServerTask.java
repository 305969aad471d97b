package dev.warmvoice.emulator;

import dev.warmvoice.emulator.Fault.Moment;
import dev.warmvoice.emulator.Journal.TaskEntry;
import dev.warmvoice.emulator.voice.Characters;
import dev.warmvoice.emulator.voice.Send;
import dev.warmvoice.emulator.voice.Sentences;
import dev.warmvoice.emulator.voice.SentenceSynthesizer;
import dev.warmvoice.emulator.voice.SynthesizedSentence;
import dev.warmvoice.emulator.voice.Ssml;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

import java.time.Duration;
import java.util.List;

/**
 * A running task: takes text, speaks it sentence by sentence and sends it frame by frame, no faster than its pace and
 * the client allow. Lives on the event loop; only speaking itself happens elsewhere.
 */
final class ServerTask {

    /** How a task tells its connection that it is over. */
    interface Ending {

        /** task-finished has been sent, or what stands for it. */
        void finished();

        /** task-failed is to be sent. */
        void failed(ProtocolException failure);
    }

    private static final int MAX_CHARACTERS_PER_SEND = 20_000;
    private static final int MAX_CHARACTERS_PER_TASK = 200_000;
    private static final int FRAGMENT_BYTES = 16 << 10;

    private final String id;
    private final RunTask request;
    private final TaskFaults faults;
    private final Duration textTimeout;
    private final ClientSocket socket;
    private final SynthesisExecutor speakers;
    private final TaskEntry journal;
    private final Ending ending;
    private final Timer textTimer;
    private final Timer paceTimer;
    private final Sentences sentences = new Sentences();
    private final SentenceSynthesizer speech;

    private boolean started;
    private boolean finishing;
    private boolean speaking;
    private boolean proceeding;
    private boolean mute;
    private boolean struck;
    /** Nothing more is to be sent: the task has ended, or a fault keeps it from ever doing so. */
    private boolean halted;

    /** There has been something to speak in the text. */
    private boolean speakable;
    private int sends;
    private int charactersReceived;
    private int charactersSpoken;
    private int sentenceIndex;
    private int frames;
    private double secondsSpoken;
    private long firstTextNanos;
    /** When the next frame may go; null when none has been on its way and the pace begins anew. */
    private Long dueNanos;
    private SynthesizedSentence spoken;
    private int sent;

    ServerTask(String id, RunTask request, TaskFaults faults, Duration textTimeout, ClientSocket socket,
            SynthesisExecutor speakers,
            TaskEntry journal, Ending ending) {
        this.id = id;
        this.request = request;
        this.faults = faults;
        this.textTimeout = textTimeout;
        this.socket = socket;
        this.speakers = speakers;
        this.journal = journal;
        this.ending = ending;
        this.textTimer = speakers.timer();
        this.paceTimer = speakers.timer();
        this.speech = new SentenceSynthesizer(request.speech());
    }

    String id() {
        return id;
    }

    TaskEntry journal() {
        return journal;
    }

    void run() {
        if (goesWrong(Moment.RUN_TASK)) {
            return;
        }
        if (faults.startDelay().isZero()) {
            start();
        } else {
            paceTimer.set(faults.startDelay(), this::start);
        }
    }

    private void start() {
        started = true;
        journal.started();
        socket.send(Events.taskStarted(id));
        if (!goesWrong(Moment.STARTED)) {
            proceed();
        }
    }

    /**
     * Takes a continue-task. Flushing is in the vendor's SDKs (Java 2.22.18, Python {@code streaming_flush}) and on no page
     * of theirs.
     */
    void take(Send send) throws ProtocolException {
        String text = send.text();
        if (finishing) {
            throw ProtocolException.invalidAction("continue-task");
        }
        boolean ssml = request.speech().ssml();
        if (ssml && !text.isEmpty() && ++sends > 1) {
            throw ProtocolException.invalidParameter("Text request limit violated, expected 1.");
        }
        boolean markup = ssml && Ssml.isMarkup(text);
        if (markup && !request.takesSsml()) {
            throw ProtocolException.invalidParameter("SSML text is not supported at the moment!");
        }
        Ssml content = markup ? parse(text) : new Ssml(text, Characters.count(text));
        journal.send(send, content.characters());
        charactersReceived += content.characters();
        if (content.characters() > MAX_CHARACTERS_PER_SEND) {
            throw ProtocolException.invalidParameter("Text exceeds " + MAX_CHARACTERS_PER_SEND + " characters.");
        }
        if (charactersReceived > MAX_CHARACTERS_PER_TASK) {
            throw ProtocolException
                    .invalidParameter("Text of the task exceeds " + MAX_CHARACTERS_PER_TASK + " characters.");
        }
        speakable |= Characters.areSpeakable(content.text());
        if (firstTextNanos == 0) {
            firstTextNanos = System.nanoTime();
        }
        if (!mute) {
            sentences.add(content.text());
            if (send.flush()) {
                sentences.flush();
            }
        }
        proceed();
    }

    private static Ssml parse(String document) throws ProtocolException {
        try {
            return Ssml.parse(document);
        } catch (Ssml.MalformedSsmlException e) {
            throw ProtocolException.invalidParameter(e.getMessage());
        }
    }

    void finish() throws ProtocolException {
        if (finishing) {
            throw ProtocolException.invalidAction("finish-task");
        }
        finishing = true;
        sentences.end();
        proceed();
    }

    /** Takes {@code finish-task} with the directive {@code cancel}. */
    void cancel() throws ProtocolException {
        journal.cancel();
        switch (faults.cancel()) {
            case AT_ONCE -> {
                // A task that a fault keeps from ending does not end this way either.
                if (!halted) {
                    journal.cancelled();
                    finishTask(charactersSpoken);
                }
            }
            case AS_FINISH -> finish();
            case NEVER -> halt();
        }
    }

    /** Sends nothing more, whatever is still to come. */
    void halt() {
        halted = true;
        textTimer.cancel();
        paceTimer.cancel();
    }

    /** Goes on as far as it can. To be called whenever something it may have waited for has come. */
    void proceed() {
        // A frame that is large may have left before the call that sends it returns.
        if (proceeding) {
            return;
        }
        proceeding = true;
        try {
            sendOn();
        } finally {
            proceeding = false;
        }
    }

    private void sendOn() {
        textTimer.cancel();
        while (started && !halted && !speaking && !paceTimer.isSet() && !socket.isFull()) {
            if (spoken == null) {
                takeSentence();
            } else if (sent < spoken.audio().length) {
                offerFrame();
            } else {
                endSentence();
            }
            if (textTimer.isSet()) {
                return;
            }
        }
    }

    private void takeSentence() {
        String sentence = sentences.poll();
        if (sentence != null) {
            speaking = true;
            speakers.speak(speech, sentence, this::begin, this::cannotSpeak);
        } else if (finishing) {
            end();
        } else {
            dueNanos = null;
            textTimer.set(textTimeout, () -> ending.failed(ProtocolException.textTimeout()));
        }
    }

    private void begin(SynthesizedSentence sentence) {
        speaking = false;
        if (halted) {
            return;
        }
        if (sentence.audio().length == 0) {
            countSpoken(sentence);
        } else {
            spoken = sentence;
            sent = 0;
        }
        proceed();
    }

    private void cannotSpeak() {
        if (!halted) {
            ending.failed(ProtocolException.internal());
        }
    }

    private void offerFrame() {
        long now = System.nanoTime();
        if (dueNanos == null) {
            dueNanos = frames > 0 ? now : Math.max(now, firstTextNanos + faults.firstAudioDelay().toNanos());
        }
        if (dueNanos > now) {
            paceTimer.set(Duration.ofNanos(dueNanos - now), this::proceed);
            return;
        }
        if (goesWrong(Moment.FRAME)) {
            return;
        }
        byte[] audio = spoken.audio();
        int length = Math.min(faults.frameBytes(), audio.length - sent);
        if (sent == 0) {
            socket.send(Events.sentenceBegin(id, sentenceIndex, spoken.sentence().strip()));
        }
        sendFrame(Buffer.buffer(length).appendBytes(audio, sent, length));
        sent += length;
        dueNanos += (long) (spoken.seconds() * length / audio.length * faults.realTimeFactor() * 1e9);
    }

    private void sendFrame(Buffer audio) {
        socket.send(Events.sentenceSynthesis(id, sentenceIndex));
        socket.sendAudio(audio);
        frames++;
        journal.frame(audio.length());
    }

    private void endSentence() {
        countSpoken(spoken);
        socket.send(Events.sentenceEnd(id, sentenceIndex, spoken.sentence().strip(),
                request.wordTimestamps() ? spoken.words() : List.of(), secondsSpoken,
                request.model().usage(charactersSpoken, secondsSpoken + spoken.seconds())));
        secondsSpoken += spoken.seconds();
        sentenceIndex++;
        spoken = null;
    }

    private void countSpoken(SynthesizedSentence sentence) {
        // A blank that stands for markup is spoken but was not counted when it came.
        charactersSpoken = Math.min(charactersReceived, charactersSpoken + Characters.count(sentence.sentence()));
    }

    private void end() {
        if (!speakable) {
            ending.failed(ProtocolException.nothingToSpeak());
            return;
        }
        byte[] trailer = speech.trailer();
        if (trailer.length > 0) {
            sendFrame(Buffer.buffer(trailer));
        }
        if (!goesWrong(Moment.FINISH)) {
            finishTask(mute ? 0 : charactersReceived);
        }
    }

    private void finishTask(int characters) {
        halt();
        socket.send(Events.taskFinished(id, request.model().usage(characters, secondsSpoken), faults.finishedShape()));
        journal.finished();
        ending.finished();
    }

    /**
     * The one place where a task goes wrong.
     *
     * @return whether the task does not go on as it should have
     */
    private boolean goesWrong(Moment moment) {
        Fault.OfTask fault = faults.failure();
        if (fault == null || struck || !fault.isDue(moment, frames)) {
            return false;
        }
        struck = true;
        fault.strike(new Target());
        return halted;
    }

    private final class Target implements FaultTarget {

        @Override
        public String taskId() {
            return id;
        }

        @Override
        public int sentence() {
            return sentenceIndex;
        }

        @Override
        public int frameBytes() {
            return faults.frameBytes();
        }

        @Override
        public void send(JsonObject event) {
            socket.send(event);
        }

        @Override
        public void sendText(String text) {
            socket.sendText(text);
        }

        @Override
        public void sendAudio(Buffer audio) {
            socket.sendAudio(audio);
        }

        @Override
        public void mute() {
            mute = true;
        }

        @Override
        public void halt() {
            ServerTask.this.halt();
        }

        @Override
        public void finish() {
            finishTask(charactersReceived);
        }

        @Override
        public void fail(ProtocolException failure) {
            halt();
            ending.failed(failure);
        }

        @Override
        public void close(int code, String reason) {
            halt();
            socket.close(code, reason);
        }

        @Override
        public void cut(Cut how) {
            halt();
            socket.cut(how);
        }

        @Override
        public void sendEndlessMessage() {
            halt();
            socket.sendWithoutEnd(Buffer.buffer(new byte[FRAGMENT_BYTES]));
        }
    }
}
