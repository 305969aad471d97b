/** Server-sent events, each as the JSON of its data, as soon as its last byte arrives. */
export async function* events(stream) {
  let rest = '';
  for await (const text of texts(stream)) {
    const whole = (rest + text).split('\n\n');
    rest = whole.pop();
    for (const event of whole) {
      const data = event.split('\n').filter(line => line.startsWith('data:')).map(line => line.slice(5));
      if (data.length) {
        yield JSON.parse(data.join('\n'));
      }
    }
  }
}

/** Uses no pipe: when the stream breaks off, a pipe drops what it holds, and the event with the reason with it. */
async function* texts(stream) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      yield decoder.decode(next.value, { stream: true });
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
