/** One attempt at a request. */
export interface Attempt {
  url: URL;
  headers: Record<string, string>;
  body: string;
}

/** An answer that stays what it is, however often the request is sent. */
export interface Answer {
  status: number;
  text: string;
}

export interface PatientClientOptions {
  /** When it aborts, nothing is waited for any more. */
  signal: AbortSignal;
  /** Hears of each try that failed: the status, or `unreachable`. */
  onRetry: (cause: string) => void;
  /** Waits that many milliseconds; rejects when the signal aborts. */
  pause: (ms: number) => Promise<void>;
  fetch?: typeof fetch;
}

/** Too many requests, and what balancers and the platform say of instances that come and go. */
const LATER = new Set([429, 502, 503, 504]);
const PAUSE_MIN_MS = 100;
const PAUSE_MAX_MS = 5_000;
const ANSWER_MAX_MS = 15_000;

/**
 * Posts until there is an answer for good: when nobody answers, or the answer is "later", the same is sent again, after
 * `Retry-After` or a doubling pause of at most five seconds.
 */
export class PatientClient {
  readonly #options: PatientClientOptions;
  readonly #fetch: typeof fetch;

  constructor(options: PatientClientOptions) {
    this.#options = options;
    this.#fetch = options.fetch ?? fetch;
  }

  /** `attempt` is asked anew for each try, since signatures age. Resolves with undefined when the signal aborts first. */
  async post(attempt: () => Attempt): Promise<Answer | undefined> {
    const { signal, onRetry, pause } = this.#options;
    for (let tries = 0; ; tries += 1) {
      const { answer, cause, retryAfterMs } = await this.#try(attempt());
      if (answer) return answer;
      if (signal.aborted) return undefined;
      onRetry(cause);
      try {
        await pause(Math.min(retryAfterMs ?? PAUSE_MIN_MS * 2 ** Math.min(tries, 10), PAUSE_MAX_MS));
      } catch (error) {
        if (signal.aborted) return undefined;
        throw error;
      }
    }
  }

  /** An answer for good, or why there is none. */
  async #try({ url, headers, body }: Attempt): Promise<{ answer?: Answer; cause: string; retryAfterMs?: number }> {
    const signal = AbortSignal.any([this.#options.signal, AbortSignal.timeout(ANSWER_MAX_MS)]);
    try {
      const reply = await this.#fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
        signal,
      });
      const text = await reply.text();
      const cause = String(reply.status);
      if (LATER.has(reply.status)) return { cause, retryAfterMs: millisecondsOf(reply.headers.get('retry-after')) };
      return { answer: { status: reply.status, text }, cause };
    } catch (error) {
      if (signal.aborted || error instanceof TypeError) return { cause: 'unreachable' };
      throw error;
    }
  }
}

/** `Retry-After` in seconds. */
function millisecondsOf(retryAfter: string | null): number | undefined {
  return retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined;
}
