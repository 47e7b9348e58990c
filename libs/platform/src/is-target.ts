import type { ServiceName } from '@waymark/contracts';
import type { Config } from '@waymark/runtime';

/** Whether this process runs a service. */
export function isTarget({ target }: Config, service: ServiceName): boolean {
  return target.includes('all') || target.includes(service);
}
