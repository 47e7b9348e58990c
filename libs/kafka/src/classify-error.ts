import { WaymarkError } from '@waymark/contracts';

/** Answers of a broker, and errors of kafkajs, that say that we are not let in: only an operator can help. */
const NOT_LET_IN = /SASL|AUTHORIZATION_FAILED|SECURITY_DISABLED/;

interface KafkaError extends Error {
  /** Kafka's own code by name, such as `NOT_ENOUGH_REPLICAS`. */
  type?: string;
  errors?: readonly Error[];
}

/**
 * What a failure of kafkajs means. Errors of our own pass as they are; everything else may work later: what Kafka
 * refuses today (a broker down, too few replicas, a right that is missing) an operator mends while we retry.
 */
export function classifyKafkaError(thrown: unknown): WaymarkError {
  if (thrown instanceof WaymarkError) return thrown;
  return new WaymarkError('LOG_UNAVAILABLE', `Kafka cannot be used now: ${reasonOf(thrown)}`, { cause: thrown });
}

/** Whether Kafka does not let us in, by what {@link classifyKafkaError} or kafkajs made of it. */
export function isNotLetIn(thrown: unknown): boolean {
  return chainOf(thrown).some(({ name, type = '' }) => NOT_LET_IN.test(`${name} ${type}`));
}

/** Whether a cause of the failure is Kafka's answer of this name, such as `MESSAGE_TOO_LARGE`. */
export function isAnswer(thrown: unknown, type: string): boolean {
  return chainOf(thrown).some((error) => error.type === type);
}

/** Runs work against Kafka, its errors classified. Only calls of kafkajs belong inside. */
export async function classified<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw classifyKafkaError(error);
  }
}

/** The words of the innermost error: those around it only say how often it was tried. */
export function reasonOf(thrown: unknown): string {
  const chain = chainOf(thrown);
  const innermost = chain.findLast(({ message }) => message !== '') ?? chain.at(-1);
  if (innermost === undefined) return String(thrown);
  return innermost.type === undefined ? innermost.message : `${innermost.type}: ${innermost.message}`;
}

/** The error, what caused it, what caused that, and so on; of several errors in one the first. */
function chainOf(thrown: unknown): KafkaError[] {
  const chain: KafkaError[] = [];
  let next: unknown = thrown;
  while (next instanceof Error && !chain.includes(next)) {
    chain.push(next);
    next = next.cause ?? (next as KafkaError).errors?.[0];
  }
  return chain;
}
