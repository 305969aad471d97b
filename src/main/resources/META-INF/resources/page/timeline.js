/** So much is kept between the present and the first sample, for the next chunk to arrive in. */
const LEAD = 0.08;

/** Blocks of samples, mono and of the context's rate, one right after the other. */
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
      // The buffer ran dry: what follows is delayed too. Starts on a whole sample, or each block would be
      // interpolated.
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
