import { describe, expect, it } from '@jest/globals';
import { FILE_SCHEMA_NAMES, jsonSchema, WIRE_SCHEMA_NAMES } from '@waymark/contracts';
import { runCommand } from '../testing/run-command.js';
import { schema } from './schema.js';

describe('waymark schema', () => {
  it.each(['journey', 'scenario', 'events.raw', 'problem'])('prints the JSON Schema of %s', async (name) => {
    const { stdout, stderr, code } = await runCommand(schema, ['schema', name]);
    expect(JSON.parse(stdout)).toEqual(jsonSchema(name));
    expect([stderr, code]).toEqual(['', undefined]);
  });

  it.each(['robot', 'constructor', ''])('ends with 2 for %j, and says what there is', async (name) => {
    const { stdout, stderr, code } = await runCommand(schema, ['schema', name]);
    expect([stdout, code]).toEqual(['', 2]);
    for (const known of [...FILE_SCHEMA_NAMES, ...WIRE_SCHEMA_NAMES]) expect(stderr).toContain(known);
  });
});
