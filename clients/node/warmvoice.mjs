// The artifact under test, and the emulator behind it.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const { CLIENTS_URL, CLIENTS_EMULATOR, CLIENTS_EXPECTED } = process.env;

export const baseURL = `${CLIENTS_URL}/v1`;
export const token = process.env.CLIENTS_TOKEN;
export const text = process.env.CLIENTS_TEXT;

/** Longer than the tests need to react while it is played. */
export const longText = Array(10).fill(text).join(' ');

export const expected = format => readFileSync(`${CLIENTS_EXPECTED}/speech.${format}`);

/** What the emulator has seen: connections, handshakes and tasks, counted since its start. */
export const state = () => control('/state');

/** Makes the next tasks fail or behave differently. */
export const fault = (name, fields) =>
  control('/faults', { method: 'POST', body: JSON.stringify({ fault: name, ...fields }) });

/** Waits until no task runs and the pool is whole, with no fault pending. */
export async function calm() {
  await control('/faults', { method: 'DELETE' });
  await until(async () => {
    const { tasks, connections } = await state();
    return tasks.running === 0 && connections.open === 1;
  }, 'the pool is whole');
}

/** How many requests the artifact has answered with this status. */
export const answers = status => metric('http_server_requests_seconds_count{method="POST"', `status="${status}"`);

/** How often the artifact has submitted a second task, because the service was slow to start the first. */
export const races = () => metric('warmvoice_pool_races_total', '');

async function metric(begin, label) {
  const metrics = await fetch(`${CLIENTS_URL}/q/metrics`, { headers: { Authorization: `Bearer ${token}` } });
  return (await metrics.text()).split('\n').filter(line => line.startsWith(begin) && line.includes(label))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

export async function until(condition, what) {
  const end = Date.now() + 20_000;
  while (!await condition()) {
    if (Date.now() > end) throw new Error(`timeout: ${what}`);
    await pause(20);
  }
}

/** Takes the only stream that the token may have, for longer than a client retries. Returns what ends it. */
export async function holdStream() {
  await fault('pacing', { real_time_factor: 1 });
  const controller = new AbortController();
  const response = await fetch(`${baseURL}/audio/speech`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ input: longText }),
    signal: controller.signal
  });
  response.arrayBuffer().catch(() => {});
  return () => controller.abort();
}

async function control(path, options) {
  const response = await fetch(CLIENTS_EMULATOR + path, options);
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return body;
}
