/** Seconds before the first sample, for the next chunk to arrive in. */
const LEAD = 0.08;

/** Plays blocks of samples, mono and at the context's rate, without gaps. */
export class Timeline {
  #context;
  #output;
  #origin = 0;
  #frames = 0;
  #stopped = false;

  constructor(context) {
    this.#context = context;
    this.#output = new GainNode(context);
    this.#output.connect(context.destination);
  }

  append(samples) {
    if (this.#stopped || !samples.length) {
      return;
    }
    const rate = this.#context.sampleRate;
    const now = this.#context.currentTime;
    if (this.#origin + this.made < now || !this.#frames) {
      // The buffer ran empty: what follows is delayed too. It starts on a whole sample, or the browser would
      // interpolate each block.
      this.#origin = Math.ceil((now + LEAD) * rate) / rate - this.made;
    }
    const buffer = this.#context.createBuffer(1, samples.length, rate);
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    source.connect(this.#output);
    source.start(this.#origin + this.made);
    this.#frames += samples.length;
  }

  stop() {
    this.#stopped = true;
    this.#output.disconnect();
  }

  get made() {
    return this.#frames / this.#context.sampleRate;
  }

  get heard() {
    const sounding = this.#context.currentTime - (this.#context.outputLatency || 0) - this.#origin;
    return Math.min(Math.max(sounding, 0), this.made);
  }
}
