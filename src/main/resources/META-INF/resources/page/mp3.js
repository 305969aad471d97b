const TYPE = 'audio/mpeg';
/** Seconds of heard audio that stay when the browser needs room for more. */
const KEPT = 5;

/** Hands MP3 to the browser's own player while it is being made. */
export class StreamedMp3 {
  #source = new MediaSource();
  #audio = new Audio();
  #queue = [];
  #buffer;
  #ended = false;

  static isSupported() {
    return 'MediaSource' in globalThis && MediaSource.isTypeSupported(TYPE);
  }

  constructor() {
    this.#source.addEventListener('sourceopen', () => this.#open(), { once: true });
    this.#audio.addEventListener('timeupdate', () => this.#feed());
    this.#audio.src = URL.createObjectURL(this.#source);
    // Rejects if it is stopped before it starts, which is no error.
    this.#audio.play().catch(() => {});
  }

  add(bytes) {
    this.#queue.push(bytes);
    this.#feed();
  }

  async end() {
    this.#ended = true;
    this.#feed();
  }

  stop() {
    this.#audio.pause();
    this.#audio.removeAttribute('src');
    this.#audio.load();
  }

  get made() {
    const buffered = this.#audio.buffered;
    return buffered.length ? buffered.end(buffered.length - 1) : 0;
  }

  get heard() {
    return this.#audio.currentTime;
  }

  #open() {
    URL.revokeObjectURL(this.#audio.src);
    // It may have been stopped since the event.
    if (this.#source.readyState !== 'open') {
      return;
    }
    this.#buffer = this.#source.addSourceBuffer(TYPE);
    this.#buffer.addEventListener('updateend', () => this.#feed());
    this.#feed();
  }

  #feed() {
    if (this.#source.readyState !== 'open' || !this.#buffer || this.#buffer.updating) {
      return;
    }
    if (this.#queue.length) {
      this.#append(this.#queue[0]);
    } else if (this.#ended) {
      this.#source.endOfStream();
    }
  }

  #append(bytes) {
    try {
      this.#buffer.appendBuffer(bytes);
      this.#queue.shift();
    } catch (e) {
      if (e.name !== 'QuotaExceededError') {
        throw e;
      }
      if (this.heard > 2 * KEPT) {
        this.#buffer.remove(0, this.heard - KEPT);
      }
    }
  }
}
