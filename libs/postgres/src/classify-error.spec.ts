import { describe, expect, it } from '@jest/globals';
import { WaymarkError } from '@waymark/contracts';
import { classified, classifyPostgresError } from './classify-error.js';

const failed = (code: string | undefined, message = 'words'): Error =>
  Object.assign(new Error(message), code && { code });

describe('classifyPostgresError', () => {
  it.each([
    { what: 'a full disk', error: failed('53100', 'could not extend file "base/1/2": No space left on device') },
    { what: 'a full disk of our own', error: failed('ENOSPC') },
  ])('says of $what what is to be done about it', ({ error }) => {
    const said = classifyPostgresError(error);
    expect(said).toMatchObject({
      code: 'DISK_FULL',
      kind: 'transient',
      message:
        'the disk of the database is full: make room or enlarge it; what came in meanwhile is kept by its sender and tried again',
    });
    expect(said.cause).toBe(error);
  });

  it.each([
    { what: 'a wrong password', error: failed('28P01', 'password authentication failed for user "x"') },
    { what: 'a user that may not', error: failed('28000') },
    { what: 'a database that does not exist', error: failed('3D000', 'database "x" does not exist') },
  ])('says of $what that DATABASE_URL is to be looked at', ({ error }) => {
    const said = classifyPostgresError(error);
    expect(said).toMatchObject({ code: 'INVALID_CONFIGURATION', kind: 'invalid' });
    expect(said.message).toBe(
      `the database does not let us in (${error.message}): check user, password and database name of DATABASE_URL`,
    );
  });

  it('takes a row that was there before for another partition’s', () => {
    expect(classifyPostgresError(failed('23505'))).toMatchObject({ code: 'STATE_CONFLICT', kind: 'conflict' });
  });

  it.each([
    { what: 'a lost connection', error: failed('08006') },
    { what: 'a failure to serialize', error: failed('40001') },
    { what: 'a deadlock', error: failed('40P01') },
    { what: 'a shutdown', error: failed('57P01') },
    { what: 'a crash', error: failed('57P02') },
    { what: 'a start that is not over', error: failed('57P03') },
    { what: 'too little memory', error: failed('53200') },
    { what: 'too many connections', error: failed('53300') },
    { what: 'a lock that was not to be had', error: failed('55P03') },
    { what: 'no server', error: failed('ECONNREFUSED') },
    { what: 'a server that hung up', error: failed('ECONNRESET') },
    { what: 'a host without a name', error: failed('ENOTFOUND') },
    { what: 'a connection that ended in the middle', error: failed(undefined, 'Connection terminated unexpectedly') },
    {
      what: 'a connection lost before',
      error: failed(undefined, 'Client has encountered a connection error and is not queryable'),
    },
    { what: 'a pool without a free connection', error: failed(undefined, 'timeout exceeded when trying to connect') },
  ])('takes $what for something that may work later', ({ error }) => {
    expect(classifyPostgresError(error)).toMatchObject({ code: 'STORE_UNAVAILABLE', kind: 'transient', cause: error });
  });

  it.each([
    { what: 'bad SQL', error: failed('42601') },
    { what: 'a value that cannot be kept', error: failed('22021') },
    { what: 'a missing value', error: failed('23502') },
    { what: 'a statement that took too long', error: failed('57014') },
    { what: 'anything else', error: failed(undefined) },
  ])('takes $what for our own mistake', ({ error }) => {
    expect(classifyPostgresError(error)).toMatchObject({ code: 'DEFECT', kind: 'defect', cause: error });
  });

  it('lets errors of our own pass as they are', async () => {
    const fenced = new WaymarkError('FENCED', 'another owner');
    await expect(classified(() => Promise.reject(fenced))).rejects.toBe(fenced);
    await expect(classified(() => Promise.reject(failed('53100')))).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await classified(async () => 1)).toBe(1);
  });
});
