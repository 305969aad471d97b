import { OpenAIVoice } from '@mastra/voice-openai';
import { cases, OPENAI_ERRORS, openAiError, version } from './cases.mjs';
import { baseURL } from './warmvoice.mjs';

cases({
  name: `@mastra/voice-openai ${version('@mastra/voice-openai')}`,
  async speak({ token, model, voice, input }) {
    const client = { name: model, apiKey: token, options: { baseURL } };
    const mastra = new OpenAIVoice({ speechModel: client, listeningModel: client });
    return Buffer.concat(await (await mastra.speak(input, { speaker: voice })).toArray());
  },
  aborts: false,
  error: openAiError,
  errors: OPENAI_ERRORS,
  attempts: 3
});
