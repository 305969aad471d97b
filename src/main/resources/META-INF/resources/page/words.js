/** How far ahead a word is looked for that is not where it should be. */
const REACH = 120;
/** Punctuation that ends a word, and is lit with it. */
const CLOSING = /^\p{P}+(?=\s|\p{Script=Han}|$)/u;

/** The text once more, on top of itself, with each word lit when it is heard. */
export class Words {
  #element;
  #text = '';
  #rest;
  #cursor = 0;
  #timeline = [];
  #sentence = 0;
  #offset = 0;
  #next = 0;

  constructor(element) {
    this.#element = element;
  }

  /** Another text, nothing of which has been said. */
  show(text) {
    this.#text = text;
    // A text area ends in an empty line where its text ends in a line break; what gives it its height has to as well.
    this.#rest = document.createTextNode(`${text}\u200b`);
    this.#element.replaceChildren(this.#rest);
    this.#cursor = 0;
    this.#timeline = [];
    this.#sentence = 0;
    this.#next = 0;
  }

  /** When words are spoken. What comes of a sentence already begun is all of it once more. */
  add(words) {
    const begun = this.#timeline.slice(this.#sentence);
    if (begun.length && words[0].begin_ms >= begun.at(-1).end) {
      this.#sentence = this.#timeline.length;
    }
    words.forEach((word, i) => {
      const known = this.#timeline[this.#sentence + i];
      if (known) {
        known.begin = word.begin_ms;
        known.end = word.end_ms;
      } else {
        this.#timeline.push({ begin: word.begin_ms, end: word.end_ms, mark: this.#mark(word, i === 0) });
      }
    });
  }

  /** Highlights the words that are heard at that time, in seconds. */
  light(seconds) {
    const now = seconds * 1000;
    while (this.#next < this.#timeline.length && this.#timeline[this.#next].begin <= now) {
      this.#set(this.#timeline[this.#next - 1], 'said');
      this.#set(this.#timeline[this.#next++], 'now');
    }
    const latest = this.#timeline[this.#next - 1];
    if (latest && latest.end <= now) {
      this.#set(latest, 'said');
    }
  }

  #set(word, state) {
    if (word?.mark) {
      word.mark.dataset.state = state;
    }
  }

  /** An element around the word, where it is found in the text. Indexes count from the beginning of its sentence. */
  #mark(word, isFirst) {
    const expected = this.#offset + word.begin_index;
    let at = expected;
    if (isFirst || at < this.#cursor || !this.#text.startsWith(word.text, at)) {
      at = this.#text.indexOf(word.text, this.#cursor);
    }
    if (at < 0 || at > Math.max(this.#cursor, expected) + REACH) {
      return null;
    }
    if (isFirst) {
      this.#offset = at - word.begin_index;
    }
    const end = at + word.text.length;
    const marked = word.text + (CLOSING.exec(this.#text.slice(end, end + REACH))?.[0] ?? '');
    const mark = document.createElement('span');
    mark.textContent = marked;
    const tail = this.#rest.splitText(at - this.#cursor);
    tail.deleteData(0, marked.length);
    tail.before(mark);
    this.#rest = tail;
    this.#cursor = at + marked.length;
    return mark;
  }
}
