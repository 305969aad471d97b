import assert from 'node:assert/strict';
import { initializeLogger } from '@livekit/agents';
import { TTS } from '@livekit/agents-plugin-openai';
import { cases, OPENAI_ERRORS, openAiError, version } from './cases.mjs';
import { baseURL, expected } from './warmvoice.mjs';

initializeLogger({ pretty: false, level: 'silent' });

/** The errors that the plugin has given to its listeners. */
const reported = new WeakSet();

cases({
  name: `@livekit/agents-plugin-openai ${version('@livekit/agents-plugin-openai')}`,
  async speak({ token, model, voice, input }, signal) {
    const tts = new TTS({ baseURL, apiKey: token, model, voice });
    const failure = Promise.withResolvers();
    tts.once('error', ({ error }) => {
      reported.add(error);
      failure.reject(error);
    });
    const frames = [];
    const speech = tts.synthesize(input, undefined, signal);
    const read = (async () => {
      for await (const { frame } of speech) {
        const { buffer, byteOffset, byteLength } = frame.data;
        frames.push(Buffer.from(buffer, byteOffset, byteLength));
      }
    })();
    await Promise.race([read, failure.promise]);
    signal?.throwIfAborted();
    return Buffer.concat(frames);
  },
  format: 'pcm',
  // The plugin gives whole frames of 100 ms only, and drops what remains.
  check(audio) {
    const whole = expected('pcm');
    const frame = 24_000 / 10 * 2;
    assert.ok(audio.equals(whole.subarray(0, whole.length - whole.length % frame)), 'the audio differs');
  },
  error: openAiError,
  errors: OPENAI_ERRORS,
  attempts: 1
});

// Besides, the plugin rejects a promise with them that it gives to nobody, which would fail the test.
const runner = process.listeners('unhandledRejection');
process.removeAllListeners('unhandledRejection');
process.on('unhandledRejection', (error, promise) => {
  if (!reported.has(error)) runner.forEach(listener => listener(error, promise));
});
