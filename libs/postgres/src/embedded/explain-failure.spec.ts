import { describe, expect, it } from '@jest/globals';
import { WaymarkError } from '@waymark/contracts';
import { explainFailure, explainOwnFailure, isStillEnding, type Failure } from './explain-failure.js';

const CAUSE = new Error('exit code 1');
const failure = (said: string): Failure => ({ command: 'pg_ctl start', said, cause: CAUSE });
const DISK_FULL = 'the disk of /data/postgres is full: make room, or use a folder on another disk by --data';

describe('explainFailure', () => {
  it.each([
    'FATAL:  could not write to file "pg_wal/xlogtemp.11751": No space left on device',
    'initdb: error: could not create directory "/data/postgres/base": No space left on device',
    'pg_ctl: could not start server\nExamine the log output.\nFATAL:  could not write lock file "postmaster.pid": No space left on device',
    'PANIC:  could not fsync file "pg_wal/000000010000000000000001": No space left on device',
  ])('says that the disk is full: %s', (said) => {
    const error = explainFailure('/data/postgres', failure(said));
    expect(error).toMatchObject({ code: 'DISK_FULL', kind: 'transient', message: DISK_FULL, cause: CAUSE });
  });

  it.each([
    'initdb: error: could not access directory "/srv/data/postgres": Permission denied',
    'pg_ctl: could not access directory "/srv/data/postgres": No such file or directory',
  ])('says whose right is missing: %s', (said) => {
    const error = explainFailure('/srv/data/postgres', failure(said));
    expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION' });
    expect(error.message).toContain('cannot reach /srv/data/postgres');
  });

  it('names the log for everything else', () => {
    expect(explainFailure('/data/postgres', failure('FATAL:  configuration file contains errors'))).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'the embedded PostgreSQL did not do as told (pg_ctl start); its log is /data/postgres/server.log',
    });
  });
});

describe('isStillEnding', () => {
  it.each([
    { said: 'FATAL:  pre-existing shared memory block (key 10092693, ID 32812) is still in use', expected: true },
    { said: 'FATAL:  lock file "postmaster.pid" already exists', expected: false },
  ])('$expected: $said', ({ said, expected }) => {
    expect(isStillEnding(failure(said))).toBe(expected);
  });
});

describe('explainOwnFailure', () => {
  it('says of a disk that is full for us what it says of one that is full for PostgreSQL', () => {
    const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(explainOwnFailure('/data/postgres', error)).toMatchObject({
      code: 'DISK_FULL',
      message: DISK_FULL,
      cause: error,
    });
  });

  it('lets everything else pass', () => {
    const own = new WaymarkError('DATA_FOLDER_IN_USE', 'words');
    expect(explainOwnFailure('/data', own)).toBe(own);
    const other = Object.assign(new Error('EACCES'), { code: 'EACCES' });
    expect(explainOwnFailure('/data', other)).toBe(other);
  });
});
