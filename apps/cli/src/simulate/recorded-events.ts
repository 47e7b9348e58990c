import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { WaymarkError } from '@waymark/contracts';
import { recordedCalls, type Incoming } from '@waymark/simulation';
import { linesOf } from './lines-of.js';

/** The events of a file, a line each, gzipped if its name ends in `.gz`. Rejects with NOT_FOUND. */
export async function recordedEvents(
  file: string,
): Promise<{ calls: AsyncIterable<Incoming>; bytes: number; bytesRead: () => number }> {
  const info = await stat(file).catch(() => undefined);
  if (!info?.isFile()) throw new WaymarkError('NOT_FOUND', `there is no file ${file}`);
  const stream = createReadStream(file);
  const text: AsyncIterable<Buffer> = file.endsWith('.gz') ? pipeline(stream, createGunzip(), () => {}) : stream;
  return { calls: recordedCalls(readable(file, text)), bytes: info.size, bytesRead: () => stream.bytesRead };
}

async function* readable(file: string, text: AsyncIterable<Buffer>): AsyncGenerator<string> {
  try {
    yield* linesOf(text);
  } catch (cause) {
    throw new WaymarkError('INVALID_BODY', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
