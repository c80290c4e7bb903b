// How long an answer is waited for.

/** After so many milliseconds without a byte nobody waits any more. The server gives a request up after 30 s and says so:
 * whoever hears nothing for longer than that is not heard, or not answered. */
export const PATIENCE_MS = 40_000;

/** Nobody answered for as long as somebody waited. */
export class Unanswered extends Error {}

/** What comes of `work`, or `Unanswered` when it takes longer than that. */
export async function within<T>(work: Promise<T>, ms = PATIENCE_MS): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => refuse(new Unanswered()), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The text of an answer as it comes. One that is silent for too long is given up. */
export async function* texts(response: Response): AsyncGenerator<string> {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await within(reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    // Also of what was left half read: it would keep a connection.
    reader.cancel().catch(() => {});
  }
}
