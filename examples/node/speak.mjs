// Speaks a text into a file, with OpenAI's own client:
// node speak.mjs "Good morning." morning.mp3 [http://localhost:8080/v1]
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import OpenAI from 'openai';

const [input, file, baseURL = 'http://localhost:8080/v1'] = process.argv.slice(2);
// The client wants a key. It is the token that Warmvoice wants, if it wants one.
const client = new OpenAI({ baseURL, apiKey: process.env.WARMVOICE_TOKEN ?? 'none' });

const begin = performance.now();
const speech = await client.audio.speech.create({ model: 'gpt-4o-mini-tts', voice: 'alloy', input });
const audio = Readable.fromWeb(speech.body);
audio.once('data', () => console.log(`first byte after ${Math.round(performance.now() - begin)} ms`));
await pipeline(audio, createWriteStream(file));
