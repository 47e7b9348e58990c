import { problemSchema, WaymarkError } from '@waymark/contracts';
import { readCredentials } from '@waymark/runtime';

const DEFAULT_URL = 'http://127.0.0.1:8080';

export interface Connection {
  url: string;
  token: string;
}

/** An answer that is a problem document, as it came. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.name = 'ApiError';
    this.status = status;
  }
}

/** Talks to a running system. */
export class ApiClient {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get url(): string {
    return this.#connection.url;
  }

  get<T>(path: string): Promise<T> {
    return this.request<T>('GET', path);
  }

  /** Rejects with ApiError for a problem, with NOT_READY when nobody answers. */
  async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { url, token } = this.#connection;
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    let answer: Response;
    let text: string;
    try {
      const json = body === undefined ? undefined : JSON.stringify(body);
      answer = await fetch(new URL(path, url), { method, headers, body: json });
      text = await answer.text();
    } catch (cause) {
      throw new WaymarkError('NOT_READY', `nobody answers at ${url}: start it with "waymark up", or set WAYMARK_URL`, {
        cause,
      });
    }
    if (!answer.ok) {
      const problem = problemSchema.safeParse(jsonOrUndefined(text));
      throw new ApiError(answer.status, problem.success ? problem.data.detail : `HTTP ${answer.status}`);
    }
    return jsonOrUndefined(text) as T;
  }
}

/** Where the system is and who we are there: `WAYMARK_URL` and `WAYMARK_ADMIN_TOKEN`, else the data folder's credentials. */
export async function connectionFrom(env: Readonly<Record<string, string | undefined>>): Promise<Connection> {
  const url = env['WAYMARK_URL'] || DEFAULT_URL;
  const dataDir = env['WAYMARK_DATA_DIR'] || '.waymark';
  const token = env['WAYMARK_ADMIN_TOKEN'] || (await readCredentials(dataDir))?.adminToken;
  if (token === undefined) {
    throw new WaymarkError(
      'INVALID_CONFIGURATION',
      `no token: set WAYMARK_ADMIN_TOKEN, or WAYMARK_DATA_DIR to the folder with credentials.json (looked in ${dataDir})`,
    );
  }
  return { url, token };
}

function jsonOrUndefined(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
