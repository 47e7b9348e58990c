import { SERVICES, type ServiceName } from '@waymark/contracts';
import { ServiceProcess } from './service-process.js';

export const REPLICAS = 2;
export const WRITE_KEY = 'faults-write-key-0000';
export const ADMIN_TOKEN = 'faults-admin-token-0000';
const ANSWER_MS_MAX = 10_000;

/** Two replicas of each service, and their API. */
export class Cluster {
  readonly processes: ServiceProcess[];
  readonly #options: { env: Readonly<Record<string, string>>; folder: string };

  constructor(options: { env: Readonly<Record<string, string>>; folder: string }) {
    this.#options = options;
    this.processes = SERVICES.flatMap((service) =>
      Array.from({ length: REPLICAS }, (_, replica) => new ServiceProcess({ ...options, service, replica })),
    );
  }

  async start(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.start()));
  }

  of(service: ServiceName): ServiceProcess[] {
    return this.processes.filter((process) => process.service === service);
  }

  /** A further replica, which is not started yet. */
  add(service: ServiceName): ServiceProcess {
    const process = new ServiceProcess({ ...this.#options, service, replica: this.of(service).length });
    this.processes.push(process);
    return process;
  }

  /** Where the replicas of a service answer that do. */
  urls(service: ServiceName): string[] {
    return this.of(service).flatMap(({ url }) => url ?? []);
  }

  /** Rejects when nobody of the service answers, or the answer is no success. */
  async api<T>(service: ServiceName, path: string): Promise<T> {
    const [url] = this.urls(service);
    if (url === undefined) throw new Error(`no replica of ${service} is running`);
    const answer = await fetch(new URL(path, url), {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async remove(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.remove()));
  }
}
