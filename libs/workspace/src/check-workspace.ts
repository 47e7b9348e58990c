import type { Resource, Scenario, VersionId } from '@waymark/contracts';
import { ConditionTypes, journeyConditions, offerConditions, segmentCondition } from './check-conditions.js';
import { checkJourney } from './check-journey.js';
import { SchemaChecker } from './check-json-schema.js';
import { checkReferences, Names } from './check-references.js';
import { SegmentChecker } from './check-segments.js';
import { contentAddress, type Sha256 } from './content-address.js';
import { duplicateIds } from './duplicate-ids.js';
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
  const schemas = new SchemaChecker();
  const segments = new SegmentChecker(resources, names);
  for (const { resource, document } of located) {
    const findings = [
      ...checkReferences(resource, names),
      ...ownFindings(resource, types, schemas),
      ...segments.check(resource),
    ];
    errors.push(...findings.map((finding) => document.error(finding)));
  }
  errors.push(...duplicates(located));
  errors.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column));
  return {
    resources: resources.map((resource) => ({ resource, version: contentAddress(resource, sha256) })),
    scenarios,
    errors,
  };
}

function ownFindings(resource: Resource, types: ConditionTypes, schemas: SchemaChecker): Finding[] {
  switch (resource.kind) {
    case 'journey':
      return [...checkJourney(resource), ...duplicateIds(resource), ...journeyConditions(resource, types)];
    case 'offer':
      return offerConditions(resource, types);
    case 'segment':
      return segmentCondition(resource, types);
    case 'event':
      return schemas.check(resource.properties, 'properties');
    case 'profile':
      return schemas.check(resource.traits, 'traits');
    default:
      return [];
  }
}

/** Ids are unique within a kind, event names among the schemas, and there is one profile. */
function duplicates(located: readonly LocatedResource[]): WorkspaceError[] {
  const first = new Map<string, string>();
  return located.flatMap(({ resource, document }) =>
    namesOf(resource).flatMap(({ path, what, rule }) => {
      const other = first.get(what);
      if (other === undefined) first.set(what, document.file);
      return other === undefined
        ? []
        : document.error({ path, code: 'DUPLICATE_ID', message: `there is ${what} already, in ${other}; ${rule}` });
    }),
  );
}

function namesOf(resource: Resource): { path: string[]; what: string; rule: string }[] {
  const { kind, id } = resource;
  if (kind === 'profile') return [{ path: ['id'], what: 'a profile', rule: 'a workspace has at most one' }];
  const names = [
    {
      path: ['id'],
      what: `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind} "${id}"`,
      rule: 'ids are unique within a kind',
    },
  ];
  if (kind === 'event')
    names.push({ path: ['name'], what: `a schema of the event "${resource.name}"`, rule: 'an event has one schema' });
  return names;
}
