import { FaultPanel } from './faults.js';
import { playerFor, SAMPLE_RATE } from './player.js';
import { askPool, PoolPanel } from './pool.js';
import { speak, SpeechError } from './speech.js';
import { VoiceChoice } from './voices.js';
import { watch } from './watch.js';
import { Words } from './words.js';

const element = id => document.getElementById(id);
const form = element('speech');
const text = element('text');
const words = new Words(element('words'));
const voices = new VoiceChoice({ model: element('model'), voice: element('voice'), own: element('own'),
  ownField: element('own-voice') });
const pool = new PoolPanel({ slots: element('slots'), note: element('pool-note'), discarded: element('discarded') });
const faults = new FaultPanel({ section: element('faults'), buttons: element('fault-buttons'),
  status: element('faults-status') });

/** A guess at the characters of a second of speech, for the length of the bar until the end is known. */
const CHARACTERS_PER_SECOND = 14;

/** Stops the current speech; null while there is none. */
let current = null;

form.addEventListener('submit', event => {
  event.preventDefault();
  if (current) {
    current.abort();
  } else {
    say();
  }
});
text.addEventListener('input', () => words.show(text.value));
document.addEventListener('keydown', event => {
  if (event.key === 'Escape') {
    current?.abort();
  } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !current) {
    form.requestSubmit();
  }
});
words.show(text.value);
watch(ask, serverIsHere, serverIsGone);

/** The state of the server. What may have changed while it was gone is asked again. */
async function ask(signal) {
  if (!voices.isLoaded) {
    await voices.load(signal);
  }
  await faults.refresh(signal);
  return askPool(signal);
}

async function say() {
  const run = new AbortController();
  current = run;
  const format = element('format').value;
  const player = playerFor(format);
  words.show(text.value);
  enter('waiting', 'Asking for speech …');
  const stopDrawing = draw(player, text.value.length / CHARACTERS_PER_SECOND);
  try {
    showCaptions(null);
    const { characters, id, hasCaptions } = await receive(player, { input: text.value, ...voices.chosen, response_format: format,
      sample_rate: SAMPLE_RATE }, run.signal);
    // The request is finished: from here on Stop ends the playback, and cancels nothing.
    await playToEnd(player, run.signal);
    const result = `${seconds(player.made)} of speech, ${characters} characters billed.`;
    enter('done', run.signal.aborted ? `Playback stopped. ${result}` : result);
    showCaptions(hasCaptions ? id : null);
  } catch (e) {
    if (e.name === 'AbortError') {
      enter('idle', 'Stopped.');
    } else {
      enter('failed', 'That did not work.', inWords(e));
    }
  } finally {
    stopDrawing();
    player.stop();
    run.abort();
    current = null;
  }
}

/** Sends the request and reads its answer to the end. Returns the characters that are billed, and what the headers say. */
async function receive(player, request, signal) {
  const begin = performance.now();
  const speech = await speak(request, signal);
  let characters;
  let first = true;
  for await (const event of speech.events) {
    if (event.audio) {
      player.add(event.audio);
    } else if (event.words?.length) {
      words.add(event.words);
    } else if (event.done) {
      characters = event.done;
    }
    if (first && event.audio) {
      first = false;
      showFirstAudio(performance.now() - begin, speech);
      enter('speaking', player.isCollecting
        ? 'Receiving. This browser plays the format only as a whole.'
        : 'Speaking while the rest is being made.');
    }
  }
  return { ...speech, characters };
}

/** Offers the captions of a complete speech; hides them for null. */
function showCaptions(id) {
  element('captions').hidden = id === null;
  for (const link of element('captions').querySelectorAll('a')) {
    link.href = `v1/audio/speech/${id}/${link.download}`;
  }
}

/** Waits until the last sample is heard or the signal aborts. */
async function playToEnd(player, signal) {
  await player.end();
  enter('ending', 'Speaking. All audio is here.');
  await until(() => signal.aborted || player.heard > player.made - 0.05);
  if (!signal.aborted) {
    element('progress').style.setProperty('--heard', 1);
  }
}

function enter(state, status, error = '') {
  form.dataset.state = state;
  const isBusy = ['waiting', 'speaking', 'ending'].includes(state);
  text.readOnly = isBusy;
  element('speak').textContent = isBusy ? 'Stop' : 'Speak';
  element('status').textContent = status;
  element('error').textContent = error;
}

function showFirstAudio(millis, { id, connection, timing }) {
  element('first-audio').textContent = Math.round(millis);
  element('connection').dataset.connection = connection;
  element('connection').textContent = `over a ${connection} connection`;
  for (const value of document.querySelectorAll('[data-timing]')) {
    const millis = timing[value.dataset.timing];
    value.textContent = millis === undefined ? '–' : `${millis.toFixed(1)} ms`;
  }
  element('request').textContent = id;
}

/** Shows in every frame how much is made and heard. Returns a function that ends this. */
function draw(player, guess) {
  const progress = element('progress');
  const frame = () => {
    const length = form.dataset.state === 'ending' ? player.made : Math.max(guess, player.made);
    progress.style.setProperty('--made', player.made / length || 0);
    progress.style.setProperty('--heard', player.heard / length || 0);
    element('made').textContent = seconds(player.made);
    words.light(player.heard);
    next = requestAnimationFrame(frame);
  };
  let next = requestAnimationFrame(frame);
  return () => cancelAnimationFrame(next);
}

/** Polls a condition; unlike animation frames, in a hidden tab too. */
function until(condition) {
  return new Promise(resolve => {
    const look = setInterval(() => {
      if (condition()) {
        clearInterval(look);
        resolve();
      }
    }, 50);
  });
}

function inWords(e) {
  if (e instanceof SpeechError) {
    return e.code ? `${e.message} (${e.code})` : e.message;
  }
  if (e.name === 'EncodingError') {
    return 'This browser cannot play that format.';
  }
  return String(e.message);
}

function seconds(value) {
  return `${value.toFixed(1)} s`;
}

function serverIsHere(answer) {
  serverState('here', 'connected');
  pool.show(answer);
}

function serverIsGone() {
  faults.forget();
  serverState('gone', 'The server does not answer. Trying again …');
}

/** Set once, or a screen reader would repeat it at every poll. */
function serverState(state, message) {
  const server = element('server');
  if (server.dataset.state !== state) {
    server.dataset.state = state;
    server.textContent = message;
    document.body.dataset.server = state;
  }
}
