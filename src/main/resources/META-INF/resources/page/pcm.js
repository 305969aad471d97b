/** Decodes 16-bit little-endian mono in chunks of any size, with or without a WAV header. */
export class PcmDecoder {
  #rest = new Uint8Array();
  #header;

  constructor(hasHeader) {
    this.#header = hasHeader;
  }

  /** Returns the samples that are complete, from -1 to 1. */
  decode(chunk) {
    let bytes = new Uint8Array(this.#rest.length + chunk.length);
    bytes.set(this.#rest);
    bytes.set(chunk, this.#rest.length);
    if (this.#header) {
      const begin = samplesBegin(bytes);
      if (begin < 0) {
        this.#rest = bytes;
        return new Float32Array();
      }
      this.#header = false;
      bytes = bytes.subarray(begin);
    }
    const count = bytes.length >> 1;
    this.#rest = bytes.slice(2 * count);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    return Float32Array.from({ length: count }, (_, i) => view.getInt16(2 * i, true) / 32768);
  }
}

/** The index at which the content of the RIFF chunk "data" begins; -1 while that is unknown. */
function samplesBegin(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const DATA = 0x64617461;
  for (let chunk = 12; chunk + 8 <= bytes.length; chunk += 8 + view.getUint32(chunk + 4, true)) {
    if (view.getUint32(chunk) === DATA) {
      return chunk + 8;
    }
  }
  return -1;
}
