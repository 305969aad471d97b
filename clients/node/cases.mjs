// What each client has to do, the same for all of them.
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import { beforeEach, describe, it } from 'node:test';
import { answers, calm, expected, fault, holdStream, longText, races, state, text, token, until } from './warmvoice.mjs';

const SPEECH = { model: 'tts-1', voice: 'alloy', input: text, token };

/** The version of a package as installed. */
export const version = name =>
  JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;

/** OpenAI's names of what an answer becomes. */
export const OPENAI_ERRORS = {
  400: 'BadRequestError', 401: 'AuthenticationError', 404: 'NotFoundError', 429: 'RateLimitError', 502: 'InternalServerError'
};

/** What OpenAI's package tells about an answer. */
export const openAiError = e => ({
  type: e.constructor.name, status: e.status, code: e.code, param: e.param, message: e.message,
  retryAfter: e.headers?.get('retry-after')
});

/**
 * @param client
 *   name: with its version;
 *   speak(speech, signal): the whole audio;
 *   stream(speech, signal): its chunks as they come, unless the client only returns whole audio;
 *   aborts: whether its caller can abort;
 *   error(e): type, status, code, param and retryAfter of what speak threw;
 *   errors: the type of each status;
 *   attempts: how often it sends a request that is worth repeating;
 *   check(audio): compares the audio, by default with the whole MP3
 */
export function cases(client) {
  const check = client.check ?? (audio => assert.ok(Buffer.from(audio).equals(expected('mp3')), 'the audio differs'));
  const seen = (name, test) => it(name, async () => {
    let result = 'FAILED';
    try {
      result = await unraced(test);
    } finally {
      appendFileSync(process.env.CLIENTS_RESULTS, `${client.name}\t${name}\t${result}\n`);
    }
  });
  const refused = (name, speech, status, fields, tasks) => seen(name, async () => {
    const before = { answers: await answers(status), tasks: tasksSeen(await state()) };
    await rejects(client, { ...SPEECH, ...speech }, status, fields);
    assert.equal(await answers(status) - before.answers, 1, 'requests');
    assert.equal(tasksSeen(await state()) - before.tasks, tasks, 'tasks at the service');
    return status;
  });

  describe(client.name, { timeout: 60_000 }, () => {
    beforeEach(calm);

    seen('speech', async () => {
      check(await client.speak(SPEECH));
      return client.format ?? 'mp3';
    });

    if (client.stream) {
      seen('stream', async () => {
        await fault('pacing', { real_time_factor: 1 });
        const chunks = [];
        for await (const chunk of client.stream(SPEECH)) {
          if (chunks.length === 0) assert.equal((await state()).tasks.running, 1, 'tasks running at the first chunk');
          chunks.push(chunk);
        }
        check(Buffer.concat(chunks));
        return 'mp3';
      });
    }

    refused('wrong token', { token: 'wrong' }, 401, { code: 'invalid_api_key' }, 0);
    refused('wrong voice', { voice: 'nobody' }, 400, { code: 'invalid_value', param: 'voice' }, 1);
    refused('no such model', { model: 'nothing' }, 404, { code: 'model_not_found', param: 'model' }, 1);
    refused('only symbols', { input: '*** --- ***' }, 400, { code: 'invalid_value', param: 'input' }, 0);

    seen('rate limit', async () => {
      const release = await holdStream();
      try {
        const before = await answers(429);
        await rejects(client, SPEECH, 429, { code: 'too_many_streams', retryAfter: '1' });
        assert.equal(await answers(429) - before, client.attempts, 'requests');
        return `429 x${client.attempts}`;
      } finally {
        release();
      }
    });

    // Two tasks fail for one answer, because Warmvoice tries again itself.
    seen('failing service', async () => {
      const before = { answers: await answers(502), tasks: (await state()).tasks };
      await fault('fail-before-audio', { code: 'InternalError', message: 'down', times: 2 });
      if (client.attempts > 1) {
        check(await client.speak(SPEECH));
      } else {
        await rejects(client, SPEECH, 502, { code: 'InternalError' });
      }
      const { failed, finished } = (await state()).tasks;
      assert.equal(await answers(502) - before.answers, 1, 'answers with 502');
      assert.equal(failed - before.tasks.failed, 2, 'failed tasks');
      assert.equal(finished - before.tasks.finished, client.attempts > 1 ? 1 : 0, 'finished tasks');
      return client.attempts > 1 ? '502, then audio' : '502';
    });

    if (client.aborts !== false) {
      seen('abort', async () => {
        await fault('pacing', { real_time_factor: 1 });
        const before = await state();
        await abortMidway(client, before);
        await until(async () => (await state()).tasks.cancelled > before.tasks.cancelled, 'the task is cancelled');
        check(await client.speak(SPEECH));
        const after = await state();
        assert.equal(after.tasks.cancelled - before.tasks.cancelled, 1, 'cancelled tasks');
        assert.equal(after.handshakes.attempted - before.handshakes.attempted, 0, 'new connections');
        return 'cancelled';
      });
    }
  });
}

/** Repeats a test whose tasks were doubled: on a busy machine one may start late, and gets another beside it. */
async function unraced(test) {
  for (let left = 2;; left--) {
    const before = await races();
    try {
      return await test();
    } catch (e) {
      if (left === 0 || await races() === before) throw e;
      await calm();
    }
  }
}

/** Aborts while the service speaks, after the first chunk if the client gives chunks. */
async function abortMidway(client, before) {
  const controller = new AbortController();
  const speech = { ...SPEECH, input: longText };
  if (client.stream) {
    await assert.rejects(async () => {
      for await (const chunk of client.stream(speech, controller.signal)) controller.abort();
    });
    return;
  }
  const end = assert.rejects(client.speak(speech, controller.signal));
  await until(async () => (await state()).tasks.started > before.tasks.started, 'the task has started');
  controller.abort();
  await end;
}

async function rejects(client, speech, status, fields) {
  let thrown;
  try {
    await client.speak(speech);
  } catch (e) {
    thrown = client.error(e);
  }
  assert.ok(thrown, 'nothing was thrown');
  assert.deepEqual({ type: thrown.type, status: thrown.status }, { type: client.errors[status], status }, thrown.message);
  for (const [field, value] of Object.entries(fields)) assert.equal(thrown[field], value, field);
}

const tasksSeen = ({ tasks }) => tasks.running + tasks.finished + tasks.failed + tasks.cancelled + tasks.abandoned;
