// openai in Chromium, on a page of another origin than Warmvoice.
import { accessSync, appendFileSync, constants, createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, it } from 'node:test';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { cases, OPENAI_ERRORS, version } from './cases.mjs';
import { baseURL } from './warmvoice.mjs';

const name = `openai ${version('openai')} (Chromium)`;
const executablePath = process.env.PATH.split(delimiter)
  .flatMap(folder => ['chromium', 'chromium-browser', 'google-chrome'].map(name => join(folder, name))).find(isExecutable);

if (executablePath) {
  inBrowser();
} else {
  it(name, { skip: 'no Chromium on the path' });
  appendFileSync(process.env.CLIENTS_RESULTS, `${name}\tspeech\tskipped\n`);
}

function inBrowser() {
  const pages = createServer(serve);
  let browser;
  let page;

  before(async () => {
    await new Promise(listening => pages.listen(0, '127.0.0.1', listening));
    browser = await puppeteer.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${pages.address().port}/`);
  });

  after(async () => {
    await browser?.close();
    pages.closeAllConnections();
    pages.close();
  });

  async function* stream(speech, signal) {
    signal?.addEventListener('abort', () => page.evaluate(() => window.controller.abort()));
    await inPage(begin, baseURL, speech);
    for (let chunk; (chunk = await inPage(next)) !== null;) yield Buffer.from(chunk, 'base64');
  }

  async function inPage(script, ...parameters) {
    const { error, result } = await page.evaluate(script, ...parameters);
    if (error) throw error;
    return result;
  }

  cases({
    name,
    speak: async speech => Buffer.concat(await Array.fromAsync(stream(speech))),
    stream,
    error: e => e,
    errors: OPENAI_ERRORS,
    attempts: 3
  });
}

// These two run in the page. Errors and bytes do not survive the way out: they go as JSON and as base64.

async function begin(baseURL, { token, ...speech }) {
  const { default: OpenAI } = await import('/openai/index.mjs');
  window.controller = new AbortController();
  try {
    const client = new OpenAI({ baseURL, apiKey: token, dangerouslyAllowBrowser: true });
    const response = await client.audio.speech.create(speech, { signal: window.controller.signal });
    window.audio = response.body.getReader();
    return {};
  } catch (e) {
    const { status, code, param, message } = e;
    return { error: { type: e.constructor.name, status, code, param, message, retryAfter: e.headers?.get('retry-after') } };
  }
}

async function next() {
  try {
    const { value } = await window.audio.read();
    return { result: value?.toBase64() ?? null };
  } catch (e) {
    return { error: { type: e.name, message: e.message } };
  }
}

/** An empty page, and the package as it is: it imports nothing but its own files. */
function serve(request, response) {
  if (request.url === '/') {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>openai</title>');
    return;
  }
  response.setHeader('Content-Type', 'text/javascript');
  createReadStream(fileURLToPath(new URL(`node_modules${request.url}`, import.meta.url)))
    .on('error', () => response.writeHead(404).end()).pipe(response);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
