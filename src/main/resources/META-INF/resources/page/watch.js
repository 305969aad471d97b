const EVERY_MS = 250;
const PATIENCE_MS = 1500;

/**
 * Polls the server while the page is visible.
 *
 * @param ask takes an AbortSignal and returns an answer; fails without one
 * @param here takes every answer
 * @param gone called when there is none
 */
export async function watch(ask, here, gone) {
  for (;;) {
    await visible();
    let answer;
    try {
      answer = await ask(AbortSignal.timeout(PATIENCE_MS));
    } catch {
      gone();
    }
    if (answer) {
      here(answer);
    }
    await new Promise(resolve => setTimeout(resolve, EVERY_MS));
  }
}

function visible() {
  return document.hidden
    ? new Promise(resolve => document.addEventListener('visibilitychange', resolve, { once: true }))
    : undefined;
}
