/** What can be broken, and the request to the emulator that does it. */
const BREAKAGES = [
  ['Cut idle ones', 'POST', 'connections/cut', { how: 'rst' }],
  ['Fail before audio', 'POST', 'faults', { fault: 'fail-before-audio', code: 'InternalError', message: 'emulated' }],
  ['Break mid-speech', 'POST', 'faults', { fault: 'rst', after_frames: 12 }],
  ['Stall mid-speech', 'POST', 'faults', { fault: 'stall', after_frames: 12 }],
  ['Slow handshakes', 'POST', 'faults', { fault: 'handshake-delay', duration_ms: 2000, times: 4 }],
  ['Refuse handshakes', 'POST', 'faults', { fault: 'handshake-status', status: 503, times: 4 }],
  ['Freeze for 5 s', 'POST', 'freeze', { seconds: 5 }],
  ['Repair all', 'DELETE', 'faults'],
];

/** Buttons that break the emulator and this process. They are shown in dev mode only. */
export class FaultPanel {
  #section;
  #status;
  #isDevMode;

  constructor({ section, buttons, status }) {
    this.#section = section;
    this.#status = status;
    buttons.replaceChildren(...BREAKAGES.map(breakage => this.#button(...breakage)));
  }

  /** Shows the faults still to come. A server that is not in dev mode is asked once. */
  async refresh(signal) {
    if (this.#isDevMode === false) {
      return;
    }
    const response = await fetch('dev/state', { signal });
    this.#isDevMode = response.ok;
    this.#section.hidden = !response.ok;
    if (response.ok) {
      this.#show(await response.json());
    }
  }

  /** The next server may be in another mode. */
  forget() {
    this.#isDevMode = undefined;
  }

  #button(label, method, path, body) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    button.addEventListener('click', async () => {
      const response = await fetch(`dev/${path}`, {
        method,
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }).catch(() => null);
      if (response?.ok) {
        await this.refresh().catch(() => {});
      } else {
        this.#say('The server could not be reached.');
      }
    });
    return button;
  }

  #show({ faults }) {
    this.#say(faults.length
      ? `Still to come: ${faults.map(({ fault, times }) => `${labelOf(fault)} × ${times}`).join(', ')}`
      : 'Nothing is broken.');
  }

  /** Set once, or a screen reader would repeat it at every poll. */
  #say(text) {
    if (this.#status.textContent !== text) {
      this.#status.textContent = text;
    }
  }
}

/** What its button says. */
function labelOf(fault) {
  const [label] = BREAKAGES.find(([, , , body]) => body?.fault === fault) ?? [fault];
  return label;
}
