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
  ])('takes $what for something that may work later', ({ error }) => {
    expect(classifyQueueError(error)).toMatchObject({ code: 'STORE_UNAVAILABLE', kind: 'transient', cause: error });
  });

  it.each([
    { what: 'bad SQL', error: failed('42601') },
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
