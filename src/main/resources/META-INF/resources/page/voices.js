/** The value of the list's entry for a voice that is in no list. */
const OWN = '';

/** The lists of models and of their voices, and a field for the ID of a custom voice. */
export class VoiceChoice {
  #model;
  #voice;
  #own;
  #ownField;
  #voices = [];

  constructor({ model, voice, own, ownField }) {
    this.#model = model;
    this.#voice = voice;
    this.#own = own;
    this.#ownField = ownField;
    model.addEventListener('change', () => this.#listVoices());
    voice.addEventListener('change', () => this.#askForOwn());
  }

  get isLoaded() {
    return this.#voices.length > 0;
  }

  async load(signal) {
    const [models, voices] = await Promise.all(['v1/models', 'v1/audio/voices']
      .map(path => fetch(path, { signal }).then(response => response.json())));
    this.#voices = voices.data;
    this.#model.replaceChildren(...models.data.map(({ id }) => new Option(id, id)));
    this.#listVoices('longanyang');
  }

  get chosen() {
    return {
      model: this.#model.value,
      voice: this.#voice.value === OWN ? this.#ownField.value.trim() : this.#voice.value,
    };
  }

  #listVoices(preferred = this.#voice.value) {
    const fitting = this.#voices.filter(({ models }) => models.includes(this.#model.value));
    this.#voice.replaceChildren(
      ...fitting.map(({ id, name, languages }) => new Option(`${id} · ${name} (${languages.join(', ')})`, id)),
      new Option('Custom voice', OWN));
    this.#voice.value = fitting.some(({ id }) => id === preferred) ? preferred : fitting[0]?.id ?? OWN;
    this.#askForOwn();
  }

  #askForOwn() {
    this.#own.hidden = this.#voice.value !== OWN;
    this.#ownField.required = !this.#own.hidden;
  }
}
