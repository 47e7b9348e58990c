import type { Resource, Scenario, VersionId } from '@waymark/contracts';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { ConditionTypes, journeyConditions, offerConditions } from './check-conditions.js';
import { checkJourney } from './check-journey.js';
import { checkReferences, Names } from './check-references.js';
import { contentAddress, type Sha256 } from './content-address.js';
import { parseFiles, type LocatedResource, type WorkspaceFile } from './parse-files.js';
import type { Finding, WorkspaceError } from './workspace-error.js';

export interface CheckedWorkspace {
  resources: { resource: Resource; version: VersionId }[];
  scenarios: { scenario: Scenario; file: string }[];
  /** Sorted by file and line; the workspace can be used only if there are none. */
  errors: WorkspaceError[];
}

/** Reads and checks a workspace as a whole. Never throws for what files say. */
export function checkWorkspace(files: readonly WorkspaceFile[], sha256: Sha256): CheckedWorkspace {
  const { resources: located, scenarios, faulty, errors } = parseFiles(files);
  const resources = located.map(({ resource }) => resource);
  const names = new Names(resources, faulty);
  const types = new ConditionTypes(resources);
  for (const { resource, document } of located) {
    const findings = [...checkReferences(resource, names), ...ownFindings(resource, types)];
    errors.push(...findings.map((finding) => document.error(finding)));
  }
  errors.push(...duplicates(located));
  errors.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column));
  return { resources: resources.map((resource) => ({ resource, version: contentAddress(resource, sha256) })), scenarios, errors };
}

function ownFindings(resource: Resource, types: ConditionTypes): Finding[] {
  switch (resource.kind) {
    case 'journey':
      return [...checkJourney(resource), ...journeyConditions(resource, types)];
    case 'offer':
      return offerConditions(resource, types);
    case 'event':
      return jsonSchema(resource.properties, 'properties');
    case 'profile':
      return jsonSchema(resource.traits, 'traits');
    default:
      return [];
  }
}

function jsonSchema(schema: object, key: string): Finding[] {
  const ajv = new Ajv({ strict: false });
  formats.default(ajv);
  try {
    ajv.compile(schema);
    return [];
  } catch (error) {
    return [{ path: [key], code: 'SCHEMA', message: `not a JSON Schema: ${(error as Error).message}` }];
  }
}

function duplicates(located: readonly LocatedResource[]): WorkspaceError[] {
  const errors: WorkspaceError[] = [];
  const first = new Map<string, LocatedResource>();
  for (const entry of located) {
    const { kind, id } = entry.resource;
    const key = kind === 'profile' ? kind : `${kind}/${id}`;
    const other = first.get(key);
    if (!other) {
      first.set(key, entry);
      continue;
    }
    const message = kind === 'profile' ? `there is a profile already, in ${other.document.file}; a workspace has at most one` : `there is a ${kind} "${id}" already, in ${other.document.file}; ids are unique within a kind`;
    errors.push(entry.document.error({ path: ['id'], code: 'DUPLICATE_ID', message }));
  }
  return errors;
}
