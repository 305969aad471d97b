import { createOpenAI } from '@ai-sdk/openai';
import { generateSpeech, RetryError } from 'ai';
import { cases, version } from './cases.mjs';
import { baseURL } from './warmvoice.mjs';

cases({
  name: `ai ${version('ai')}, @ai-sdk/openai ${version('@ai-sdk/openai')}`,
  async speak({ token, model, voice, input }, signal) {
    const openai = createOpenAI({ baseURL, apiKey: token });
    const { audio } = await generateSpeech({ model: openai.speech(model), voice, text: input, abortSignal: signal });
    return audio.uint8Array;
  },
  // What was repeated in vain is wrapped.
  error(e) {
    const last = RetryError.isInstance(e) ? e.lastError : e;
    return { ...last.data?.error, type: last.name, status: last.statusCode, retryAfter: last.responseHeaders?.['retry-after'] };
  },
  errors: Object.fromEntries([400, 401, 404, 429].map(status => [status, 'AI_APICallError'])),
  attempts: 3
});
