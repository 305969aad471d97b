import { StreamedMp3 } from './mp3.js';
import { PcmDecoder } from './pcm.js';
import { Timeline } from './timeline.js';

/** In Hz, for every format: the browser then resamples nothing. */
export const SAMPLE_RATE = 24000;

let context;

/**
 * A player for audio that is still being made. Each has add(bytes), end(), stop(), and made and heard in seconds.
 * Call it in a handler of a key or a click: browsers let a page play sound only after one.
 */
export function playerFor(format) {
  if (format === 'mp3' && StreamedMp3.isSupported()) {
    return new StreamedMp3();
  }
  context ??= new AudioContext({ sampleRate: SAMPLE_RATE });
  context.resume();
  return format === 'pcm' || format === 'wav' ? new Streamed(context, format) : new Collected(context);
}

/** Plays samples as they arrive. */
class Streamed extends Timeline {
  #decoder;

  constructor(context, format) {
    super(context);
    this.#decoder = new PcmDecoder(format === 'wav');
  }

  add(bytes) {
    this.append(this.#decoder.decode(bytes));
  }

  async end() {}
}

/** Plays formats that a browser decodes only as a whole. */
class Collected extends Timeline {
  isCollecting = true;
  #context;
  #chunks = [];

  constructor(context) {
    super(context);
    this.#context = context;
  }

  add(bytes) {
    this.#chunks.push(bytes);
  }

  async end() {
    const whole = await new Blob(this.#chunks).arrayBuffer();
    const audio = await this.#context.decodeAudioData(whole);
    this.isCollecting = false;
    this.append(audio.getChannelData(0));
  }
}
