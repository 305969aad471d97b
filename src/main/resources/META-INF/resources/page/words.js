/** How far ahead of its index a word is searched for, in characters. */
const REACH = 120;
/** Punctuation that ends a word and is lit with it. */
const CLOSING = /^\p{P}+(?=\s|\p{Script=Han}|$)/u;

/** A copy of the text on top of it, in which each word is lit when it is heard. */
export class Words {
  #element;
  #text = '';
  #rest;
  #cursor = 0;
  #timeline = [];
  #sentence = 0;
  #offset = 0;
  #next = 0;
  #spoken = null;

  constructor(element) {
    this.#element = element;
    new ResizeObserver(() => this.#followInNewLines()).observe(element);
  }

  /** Shows another text, none of it spoken. */
  show(text) {
    this.#text = text;
    // After a final line break a text area has an empty line, and so must the copy, which gives it its height.
    this.#rest = document.createTextNode(`${text}\u200b`);
    this.#element.replaceChildren(this.#rest);
    this.#cursor = 0;
    this.#timeline = [];
    this.#sentence = 0;
    this.#next = 0;
    this.#spoken = null;
  }

  /** Takes the times of words. Those of a sentence already begun come again, with the rest of the sentence. */
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
      if (state === 'now') {
        this.#follow(word.mark);
      }
    }
  }

  /** Scrolls to the word, unless the reader has scrolled away from the one before. */
  #follow(mark) {
    if (!this.#spoken || this.#isInView(this.#spoken)) {
      mark.scrollIntoView({ block: 'nearest' });
    }
    this.#spoken = mark;
  }

  /** A turned phone has other lines, and the word is elsewhere. */
  #followInNewLines() {
    if (this.#spoken?.dataset.state === 'now') {
      this.#spoken.scrollIntoView({ block: 'nearest' });
    }
  }

  #isInView(mark) {
    const { top, bottom } = mark.getBoundingClientRect();
    const paper = this.#element.parentElement.getBoundingClientRect();
    return bottom > Math.max(paper.top, 0) && top < Math.min(paper.bottom, innerHeight);
  }

  /** Puts an element around the word if it finds it in the text. Indexes count from the start of the sentence. */
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
