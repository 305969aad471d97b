import { events } from './sse.js';

/** An error message for the user. */
export class SpeechError extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

/**
 * Asks for speech.
 *
 * @returns the values of the headers, and the events: {audio}, {words}, {done}
 */
export async function speak(request, signal) {
  const response = await fetch('v1/audio/speech', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...request, stream_format: 'sse', timestamps: true }),
    signal,
  }).catch(e => {
    throw e instanceof TypeError ? new SpeechError('the server cannot be reached') : e;
  });
  if (!response.ok) {
    throw await refusal(response);
  }
  return {
    id: response.headers.get('X-Request-Id'),
    hasCaptions: response.headers.has('X-Captions'),
    connection: response.headers.get('X-Connection'),
    timing: timing(response.headers.get('Server-Timing')),
    events: known(response.body),
  };
}

async function refusal(response) {
  const body = await response.json().catch(() => null);
  return body?.error
    ? new SpeechError(body.error.message, body.error.code)
    : new SpeechError(`the server answered with ${response.status}`);
}

async function* known(body) {
  let isDone = false;
  try {
    for await (const event of events(body)) {
      switch (event.type) {
        case 'speech.audio.delta':
          yield { audio: bytes(event.audio) };
          break;
        case 'speech.audio.words':
          yield { words: event.words };
          break;
        case 'speech.audio.done':
          isDone = true;
          yield { done: event.usage.total_tokens };
          // Reads on to the end of the body: to leave earlier is to cancel a request that is finished.
          break;
        case 'error':
          throw new SpeechError(event.error.message, event.error.code);
      }
    }
  } catch (e) {
    // A browser may report that the answer broke off before it delivers the event with the reason.
    if (!isDone) {
      throw e instanceof TypeError ? new SpeechError('the answer broke off') : e;
    }
  }
  if (!isDone) {
    throw new SpeechError('the answer ended before the speech did');
  }
}

function bytes(base64) {
  return Uint8Array.from(atob(base64), character => character.charCodeAt(0));
}

/** The header as {name: milliseconds}. */
function timing(header) {
  return Object.fromEntries([...(header ?? '').matchAll(/([\w-]+);dur=([\d.]+)/g)]
    .map(([, name, millis]) => [name, Number(millis)]));
}
