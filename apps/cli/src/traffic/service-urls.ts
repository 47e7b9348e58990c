import { SERVICES, type ServiceName } from '@waymark/contracts';
import { InvalidArgumentError } from 'commander';

/** Where the services answer. */
export type ServiceUrls = Readonly<Record<ServiceName, string>>;

/** The value of `--services`: `journey-state=http://…,personalization=http://…`. */
export function parseServices(text: string): Partial<ServiceUrls> {
  const entries = text.split(',').map((part) => {
    const [name, url] = part.split(/=(.*)/s, 2) as [string, string | undefined];
    if (!SERVICES.includes(name as ServiceName))
      throw new InvalidArgumentError(`there is no service "${name}"; there are ${SERVICES.join(', ')}`);
    if (url === undefined || !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
      throw new InvalidArgumentError(`${name} needs its URL: ${name}=http://…`);
    return [name, url] as const;
  });
  return Object.fromEntries(entries);
}

/** Those named answer where it is said, all others at `url`, which is ingestion's or that of one entry for all. */
export function serviceUrls(url: string, named: Partial<ServiceUrls>): ServiceUrls {
  return { ...(Object.fromEntries(SERVICES.map((name) => [name, url])) as ServiceUrls), ...named };
}
