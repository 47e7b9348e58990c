import { HEADERS, type NewRecord, type ServiceName } from '@waymark/contracts';

/** Stamps outputs with (source, partition, sequence), by which readers know a repetition (P3). */
export function numberOutputs(
  outputs: readonly NewRecord[],
  from: { service: ServiceName; partition: number; sequence: number },
): NewRecord[] {
  const source = `${from.service}/${from.partition}`;
  return outputs.map((output, i) => ({
    ...output,
    headers: { ...output.headers, [HEADERS.source]: source, [HEADERS.sequence]: String(from.sequence + i) },
  }));
}
