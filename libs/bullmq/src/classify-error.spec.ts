import { describe, expect, it } from '@jest/globals';
import { WaymarkError } from '@waymark/contracts';
import { classified, classifyQueueError } from './classify-error.js';

const failed = (code: string | undefined, message = 'words'): Error =>
  Object.assign(new Error(message), code && { code });

describe('classifyQueueError', () => {
  it.each([
    { what: 'a lost connection', error: failed('08006') },
    { what: 'a deadlock', error: failed('40P01') },
    { what: 'a full disk', error: failed('53100') },
    { what: 'a shutdown', error: failed('57P01') },
    { what: 'no server', error: failed('ECONNREFUSED') },
    { what: 'a host without a name', error: failed('ENOTFOUND') },
    { what: 'a connection that ended in the middle', error: failed(undefined, 'Connection terminated unexpectedly') },
    { what: 'a queue that is closing', error: failed(undefined, 'Cannot use a pool after calling end on the pool') },
    {
      what: 'a Redis that is away',
      error: failed(undefined, "Stream isn't writeable and enableOfflineQueue options is false"),
    },
    {
      what: 'a Redis that was lost before it answered',
      error: failed(undefined, 'Reached the max retries per request limit (which is 0). Refer to the documentation.'),
    },
    { what: 'an answer cut in the middle', error: failed(undefined, 'Command aborted due to connection close') },
    { what: 'a closed connection', error: failed(undefined, 'Connection is closed.') },
    { what: 'a full Redis', error: failed(undefined, "OOM command not allowed when used memory > 'maxmemory'.") },
    { what: 'a Redis that loads its data', error: failed(undefined, 'LOADING Redis is loading the dataset in memory') },
    { what: 'a replica', error: failed(undefined, "READONLY You can't write against a read only replica.") },
  ])('takes $what for something that may work later', ({ error }) => {
    expect(classifyQueueError(error)).toMatchObject({ code: 'STORE_UNAVAILABLE', kind: 'transient', cause: error });
  });

  it.each([
    { what: 'bad SQL', error: failed('42601') },
    { what: 'a type that is not ours', error: failed(undefined, 'WRONGTYPE Operation against a key holding ...') },
    { what: 'anything else', error: failed(undefined, 'Custom Id cannot contain :') },
  ])('takes $what for our own mistake', ({ error }) => {
    expect(classifyQueueError(error)).toMatchObject({ code: 'DEFECT', kind: 'defect', cause: error });
  });

  it('lets errors of our own pass as they are', async () => {
    const own = new WaymarkError('FENCED', 'another owner');
    await expect(classified(() => Promise.reject(own))).rejects.toBe(own);
    await expect(classified(() => Promise.reject(failed('08003')))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
  });
});
