import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DISPATCH_DOUBT, DISPATCH_HELD, DISPATCH_PEOPLE, DISPATCH_TABLES } from './dispatch/migration.js';
import { INGESTION_MERGES, INGESTION_SEGMENTS, INGESTION_TABLES } from './ingestion/migration.js';
import {
  JOURNEY_CONTROLS,
  JOURNEY_EPOCHS,
  JOURNEY_EXCLUSIVE,
  JOURNEY_EXPOSURES,
  JOURNEY_HISTORY_MONTHS,
  JOURNEY_LEAVERS,
  JOURNEY_MEMORY,
  JOURNEY_MOVES,
  JOURNEY_REFUSALS,
  JOURNEY_RETENTION,
  JOURNEY_RETENTION_CHECKED,
  JOURNEY_TABLES,
  JOURNEY_WALK,
} from './journey/migration.js';
import { LOG_ENCODING, LOG_TABLES } from './log-tables.js';
import { PERSONALIZATION_TABLES } from './personalization/migration.js';
import { RUNTIME_TABLES } from './runtime-tables.js';

/** A migration of statements that only ever add: expand first, contract in a later version. */
function creating(name: string, statements: readonly string[]): new () => MigrationInterface {
  return class implements MigrationInterface {
    static readonly name = name;
    readonly name = name;

    async up(runner: QueryRunner): Promise<void> {
      for (const statement of statements) await runner.query(statement);
    }

    /** A release is taken back by the backup made before it: nothing is dropped that may hold events. */
    down(): Promise<void> {
      return Promise.reject(new Error(`${name} is not taken back; restore the backup made before the upgrade`));
    }
  };
}

/**
 * All migrations, oldest first, each in a transaction of its own. The number at the end of a name is its timestamp, as TypeORM wants
 * it. One that takes away what the version before needs is named `Contract…`: that version then refuses to start (`checkMigrated`).
 */
export const MIGRATIONS = [
  creating('Log1764000000001', LOG_TABLES),
  creating('Ingestion1764000000002', INGESTION_TABLES),
  creating('Journey1764000000003', JOURNEY_TABLES),
  creating('Personalization1764000000004', PERSONALIZATION_TABLES),
  creating('Dispatch1764000000005', DISPATCH_TABLES),
  creating('Runtime1764000000006', RUNTIME_TABLES),
  creating('LogEncoding1764000000007', LOG_ENCODING),
  creating('DispatchDoubt1764000000008', DISPATCH_DOUBT),
  creating('JourneyMemory1764000000009', JOURNEY_MEMORY),
  creating('JourneyControls1764000000010', JOURNEY_CONTROLS),
  creating('DispatchHeld1764000000011', DISPATCH_HELD),
  creating('JourneyMoves1764000000012', JOURNEY_MOVES),
  creating('Segments1764000000013', INGESTION_SEGMENTS),
  creating('DispatchPeople1764000000014', DISPATCH_PEOPLE),
  creating('JourneyWalk1764000000020', JOURNEY_WALK),
  creating('JourneyExposures1764000000021', JOURNEY_EXPOSURES),
  creating('JourneyRetention1764000000030', JOURNEY_RETENTION),
  creating('JourneyRetentionChecked1764000000031', JOURNEY_RETENTION_CHECKED),
  creating('JourneyHistoryMonths1764000000032', JOURNEY_HISTORY_MONTHS),
  creating('Merges1764000000040', [...INGESTION_MERGES, ...JOURNEY_LEAVERS]),
  creating('JourneyEpochs1764000000050', [...JOURNEY_EXCLUSIVE, ...JOURNEY_EPOCHS]),
  creating('JourneyRefusals1764000000060', JOURNEY_REFUSALS),
];
