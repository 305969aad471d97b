import OpenAI from 'openai';
import { cases, OPENAI_ERRORS, openAiError, version } from './cases.mjs';
import { baseURL } from './warmvoice.mjs';

const create = ({ token, ...speech }, signal) => new OpenAI({ baseURL, apiKey: token }).audio.speech.create(speech, { signal });

cases({
  name: `openai ${version('openai')} (Node)`,
  speak: async (speech, signal) => Buffer.from(await (await create(speech, signal)).arrayBuffer()),
  async* stream(speech, signal) {
    yield* (await create(speech, signal)).body;
  },
  error: openAiError,
  errors: OPENAI_ERRORS,
  attempts: 3
});
