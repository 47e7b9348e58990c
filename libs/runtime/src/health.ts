import { z } from 'zod';

/** Why a process should not get traffic (readiness) or should be restarted (liveness). */
export interface HealthCheck {
  name: string;
  /** Undefined when fine, else one sentence. */
  check(): Promise<string | undefined>;
}

export const healthReportSchema = z
  .object({ ok: z.boolean(), problems: z.array(z.object({ name: z.string(), problem: z.string() })) })
  .meta({ id: 'HealthReport' });
export type HealthReport = z.infer<typeof healthReportSchema>;

/** The process's state: starting, ready, stopping; plus what its parts say. */
export class Health {
  #state: 'starting' | 'ready' | 'stopping' = 'starting';
  readonly #live: HealthCheck[];
  readonly #ready: HealthCheck[];

  constructor(checks: { live: HealthCheck[]; ready: HealthCheck[] }) {
    this.#live = checks.live;
    this.#ready = checks.ready;
  }

  ready(): void {
    this.#state = 'ready';
  }

  /** P7: the first thing at SIGTERM. */
  stopping(): void {
    this.#state = 'stopping';
  }

  liveness(): Promise<HealthReport> {
    return report(this.#live);
  }

  async readiness(): Promise<HealthReport> {
    if (this.#state !== 'ready') return { ok: false, problems: [{ name: 'process', problem: `it is ${this.#state}` }] };
    return report([...this.#live, ...this.#ready]);
  }
}

async function report(checks: readonly HealthCheck[]): Promise<HealthReport> {
  const found = await Promise.all(checks.map(async (each) => ({ name: each.name, problem: await problemOf(each) })));
  const problems = found.filter((entry): entry is { name: string; problem: string } => entry.problem !== undefined);
  return { ok: problems.length === 0, problems };
}

/** A check that fails has found a problem: itself. */
async function problemOf(check: HealthCheck): Promise<string | undefined> {
  try {
    return await check.check();
  } catch (error) {
    return `it could not be checked: ${(error as Error).message}`;
  }
}
