import { startOwnKafka, startOwnPostgres, startOwnRedis, type Server } from '@waymark/testkit/own-servers';

/** The part of a server that rounds use: where it is, and to end it and start it again. */
type Restartable = Pick<Server, 'address' | 'start' | 'stop'>;

/** The servers of a run. */
export interface Servers<S extends Restartable = Restartable> {
  postgres: S;
  redis: S;
  kafka: S;
}

/** Starts servers of our own; none is left when one does not start. */
export async function startServers(): Promise<Servers<Server>> {
  const started = await Promise.allSettled([startOwnPostgres(), startOwnRedis(), startOwnKafka()]);
  const failed = started.find((each) => each.status === 'rejected');
  if (failed) {
    for (const each of started) if (each.status === 'fulfilled') await each.value.server.remove();
    throw failed.reason;
  }
  const [postgres, redis, kafka] = started.map(
    (each) => (each as PromiseFulfilledResult<{ server: Server }>).value.server,
  );
  return { postgres: postgres!, redis: redis!, kafka: kafka! };
}

export async function removeServers({ postgres, redis, kafka }: Servers<Server>): Promise<void> {
  await Promise.all([postgres, redis, kafka].map((server) => server.remove()));
}

/** Servers that belong to others too, for rounds whose faults leave them alone. */
export function sharedServers(addresses: Record<keyof Servers, string>): Servers {
  const { postgres, redis, kafka } = addresses;
  return { postgres: shared(postgres), redis: shared(redis), kafka: shared(kafka) };
}

function shared(address: string): Restartable {
  const refuse = (): Promise<never> => Promise.reject(new Error('a server that is shared is not ended'));
  return { address, start: refuse, stop: refuse };
}
