import { StreamedMp3 } from './mp3.js';
import { PcmDecoder } from './pcm.js';
import { Timeline } from './timeline.js';

/** Asked of the service whatever the format, so that the browser has nothing to resample. */
export const SAMPLE_RATE = 24000;

let context;

/**
 * A player for audio that is still being made. Every one has: add(bytes), end(), stop(), and in seconds made and heard.
 * To be called in answer to a key or a click: before, browsers do not let a page make a sound.
 */
export function playerFor(format) {
  if (format === 'mp3' && StreamedMp3.isSupported()) {
    return new StreamedMp3();
  }
  context ??= new AudioContext({ sampleRate: SAMPLE_RATE });
  context.resume();
  return format === 'pcm' || format === 'wav' ? new Streamed(context, format) : new Collected(context);
}

/** Samples are played as they come. */
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

/** What a browser decodes only as a whole is played once it is whole. */
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
