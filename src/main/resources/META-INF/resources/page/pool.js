/** How long a slot shows that its connection was discarded: most have a successor within milliseconds. */
const SHOWN_MS = 1600;

/** Why connections are discarded, in plain words. */
const REASONS = {
  aged: 'replaced before its maximum age',
  cancelled: 'client left, and the service did not stop the task',
  closed: 'closed by the service while unused',
  connect: 'could not be reopened',
  disconnected: 'broke in the middle of a task',
  first_audio_timeout: 'no audio in time',
  lost: 'another connection was faster',
  not_started: 'did not take the task in time',
  protocol: 'sent an invalid message',
  rejected: 'refused the task',
  service: 'the service reported a failure',
  silent: 'did not answer a ping',
  spent: 'did not accept a second task',
  stale: 'unused for too long',
  stall_timeout: 'audio paused for too long',
  surplus: 'more than the pool keeps',
  text_timeout: 'no more text in time',
  throttled: 'the account’s rate limit was reached',
};

/** Reasons that concern no connection with a task. */
const WHILE_UNUSED = new Set(['aged', 'closed', 'stale']);

/** The pool's own report. */
export async function askPool(signal) {
  const [health, metrics] = await Promise.all([
    // 503 is an answer too: the service cannot be reached.
    fetch('q/health/ready', { signal }).then(response => response.json()),
    fetch('q/metrics', { signal }).then(response => response.text()),
  ]);
  const { data } = health.checks.find(check => check.name === 'connections');
  const discarded = [...metrics.matchAll(/^warmvoice_pool_discarded_total\{.*?reason="(\w+)".*?\} (\S+)/gm)]
    .map(([, reason, count]) => [reason, Number(count)]);
  return {
    ...data,
    failure: data['last-failure'],
    discarded: new Map(discarded),
    suspensions: Number(/^warmvoice_suspensions_total\S* (\S+)/m.exec(metrics)?.[1] ?? 0),
  };
}

/** The slots as boxes, and why connections were discarded. */
export class PoolPanel {
  #slots;
  #note;
  #discarded;
  #boxes = [];
  #before;

  constructor({ slots, note, discarded }) {
    this.#slots = slots;
    this.#note = note;
    this.#discarded = discarded;
  }

  show(pool) {
    this.#resize(pool.size);
    this.#assign(states(pool));
    this.#markDiscarded(this.#losses(pool.discarded));
    this.#boxes.forEach(draw);
    this.#note.textContent = summary(pool);
    this.#list(pool.discarded);
    this.#before = pool.discarded;
  }

  #resize(size) {
    while (this.#boxes.length < size) {
      const element = document.createElement('li');
      element.append(...['strong', 'small'].map(name => document.createElement(name)));
      this.#slots.append(element);
      this.#boxes.push({ element, state: 'empty', reason: null, until: 0 });
    }
    this.#boxes.splice(size).forEach(box => box.element.remove());
  }

  /** The pool reports numbers only. As few boxes as possible change, so that each looks like one slot. */
  #assign(wanted) {
    const left = [...wanted];
    const changing = this.#boxes.filter(box => {
      const at = left.indexOf(box.state);
      if (at >= 0) {
        left.splice(at, 1);
      }
      return at < 0;
    });
    changing.forEach((box, i) => {
      box.state = left[i];
    });
    // Those that change have most likely lost their connection.
    this.#boxes.sort((a, b) => changing.includes(b) - changing.includes(a));
  }

  /** One reason for each connection that was discarded since the last look. */
  #losses(discarded) {
    return this.#before
      ? [...discarded].flatMap(([reason, count]) => Array(Math.max(0, count - (this.#before.get(reason) ?? 0))).fill(reason))
      : [];
  }

  #markDiscarded(reasons) {
    const until = performance.now() + SHOWN_MS;
    const left = [...this.#boxes];
    for (const reason of reasons) {
      const fitting = left.findIndex(({ state }) => state !== 'active' || !WHILE_UNUSED.has(reason));
      for (const box of left.splice(Math.max(fitting, 0), 1)) {
        Object.assign(box, { reason, until });
      }
    }
  }

  #list(discarded) {
    this.#discarded.replaceChildren(...[...discarded].sort().map(([reason, count]) => {
      const row = document.createElement('div');
      const name = document.createElement('dt');
      const number = document.createElement('dd');
      const why = document.createElement('dd');
      row.dataset.reason = reason;
      name.textContent = reason.replaceAll('_', ' ');
      number.textContent = count;
      why.textContent = REASONS[reason] ?? '';
      row.append(name, number, why);
      return row;
    }));
  }
}

/** The state of each slot, in no order. */
function states({ size, active, idle, opening }) {
  const all = [...Array(active).fill('active'), ...Array(idle).fill('idle'), ...Array(opening).fill('opening'),
    ...Array(size).fill('empty')];
  return all.slice(0, size);
}

function draw({ element, state, reason, until }) {
  const shown = performance.now() < until ? 'discarded' : state;
  const [name, why] = element.children;
  element.dataset.state = shown;
  name.textContent = shown;
  why.textContent = shown === 'discarded' ? reason.replaceAll('_', ' ') : '';
}

function summary({ size, active, idle, opening, waiting, failure, suspensions }) {
  const parts = [`${active + idle} of ${size} open`];
  if (opening) {
    parts.push(`${opening} being opened`);
  }
  if (waiting) {
    parts.push(`${waiting} waiting`);
  }
  if (suspensions) {
    parts.push(`${suspensions} ${suspensions === 1 ? 'freeze' : 'freezes'} noticed`);
  }
  if (failure !== 'none') {
    parts.push(`last failure: ${failure}`);
  }
  return parts.join(' · ');
}
