import {
  outlineOf,
  type Channel,
  type Journey,
  type JourneyEntry,
  type QuietHours,
  type Resource,
  type ResourceKind,
  type Step,
  type StepOutline,
  type Template,
} from '@waymark/contracts';
import { closest, isZone, parseCron } from '@waymark/customer-context';
import { checkCompleteness, checkLiquid } from './check-content.js';
import type { Finding, Path } from './workspace-error.js';

/** What a workspace has, by kind and id. */
export class Names {
  readonly #byKind = new Map<string, Map<string, Resource>>();
  readonly #faulty: ReadonlySet<string>;
  readonly categories: ReadonlySet<string>;

  /** `faulty` are the `kind/id` of resources that are there but cannot be read. */
  constructor(resources: readonly Resource[], faulty: ReadonlySet<string> = new Set()) {
    this.#faulty = faulty;
    for (const resource of resources) {
      const ofKind = this.#byKind.get(resource.kind) ?? new Map<string, Resource>();
      this.#byKind.set(resource.kind, ofKind.set(resource.id, resource));
    }
    this.categories = new Set(resources.flatMap((resource) => (resource.kind === 'offer' ? [resource.category] : [])));
  }

  get(kind: ResourceKind, id: string): Resource | undefined {
    return this.#byKind.get(kind)?.get(id);
  }

  /** An offer that cannot be read may be of any category. */
  hasCategory(category: string): boolean {
    return this.categories.has(category) || [...this.#faulty].some((name) => name.startsWith('offer/'));
  }

  /** A finding when there is no such resource. */
  check(kind: ResourceKind, id: string | undefined, path: Path): Finding[] {
    if (id === undefined || this.get(kind, id) || this.#faulty.has(`${kind}/${id}`)) return [];
    return [unknownName(kind, id, this.#byKind.get(kind)?.keys() ?? [], path)];
  }
}

function unknownName(what: string, id: string, known: Iterable<string>, path: Path): Finding {
  const suggestion = closest(id, known);
  return {
    path,
    code: 'UNKNOWN_REFERENCE',
    message: `there is no ${what} "${id}"${suggestion === undefined ? '' : `; did you mean "${suggestion}"?`}`,
    suggestion,
  };
}

/** Everything a resource refers to is there, and content fits its channel. */
export function checkReferences(resource: Resource, names: Names): Finding[] {
  switch (resource.kind) {
    case 'journey':
      return [
        ...entryReferences(resource.entry, names),
        ...Object.entries(resource.steps).flatMap(([id, step]) => stepReferences(step, ['steps', id], names)),
      ];
    case 'template': {
      const channel = names.get('channel', resource.channel) as Channel | undefined;
      const complete = channel ? checkCompleteness(resource, channel.type, []) : [];
      return [...names.check('channel', resource.channel, ['channel']), ...checkLiquid(resource, []), ...complete];
    }
    case 'offer':
      return offerReferences(resource, names);
    case 'contact-policy':
      return [
        ...quietZones(resource.quietHours),
        ...resource.caps.flatMap((cap, i) => capReferences(cap, ['caps', i], names)),
      ];
    case 'channel':
      return channelFindings(resource);
    default:
      return [];
  }
}

function entryReferences({ segment, schedule }: JourneyEntry, names: Names): Finding[] {
  return [
    ...names.check('segment', segment?.id, ['entry', 'segment', 'id']),
    ...names.check('segment', schedule?.segment, ['entry', 'schedule', 'segment']),
    ...(schedule ? scheduleFindings(schedule, ['entry', 'schedule']) : []),
  ];
}

/** A schedule has one clock, that of its zone, and five fields. */
function scheduleFindings({ cron, zone: name }: NonNullable<JourneyEntry['schedule']>, at: Path): Finding[] {
  const rule = parseCron(cron);
  const wrong: Finding[] =
    'problem' in rule
      ? [{ path: [...at, 'cron'], code: 'INVALID_VALUE', message: `cron: ${rule.problem}`, column: rule.column }]
      : [];
  if (name !== 'customer' && isZone(name)) return wrong;
  const message = `"${name}" is not the zone of one clock, which a schedule has; use an IANA name such as Europe/Paris`;
  return [...wrong, { path: [...at, 'zone'], code: 'INVALID_VALUE', message }];
}

function stepReferences(step: Step, at: Path, names: Names): Finding[] {
  const { message, offers = [], categories = [], calls = [], zones = [] } = outlineOf(step);
  return [
    ...(message ? [...messageReferences(message, at, names), ...contentFindings(message, at, names)] : []),
    ...offers.flatMap(({ path, name }) => names.check('offer', name, [...at, ...path])),
    ...categories.flatMap(({ path, name }) => categoryFindings(name, [...at, ...path], names)),
    ...calls.flatMap(({ path, name }) => callReferences(name, [...at, ...path], names)),
    ...zones.flatMap(({ path, name }) => zone(name, [...at, ...path])),
  ];
}

function contentFindings(
  { channel: id, content }: NonNullable<StepOutline['message']>,
  at: Path,
  names: Names,
): Finding[] {
  if (!content) return [];
  const channel = names.get('channel', id) as Channel | undefined;
  const path = [...at, 'content'];
  return [...checkLiquid(content, path), ...(channel ? checkCompleteness(content, channel.type, path) : [])];
}

function categoryFindings(category: string, path: Path, names: Names): Finding[] {
  return names.hasCategory(category) ? [] : [unknownName('offer of category', category, names.categories, path)];
}

/** The journey called is there, and is one that is entered by being called. */
function callReferences(id: string, path: Path, names: Names): Finding[] {
  const called = names.get('journey', id) as Journey | undefined;
  if (!called || called.entry.call) return names.check('journey', id, path);
  return [
    { path, code: 'INVALID_VALUE', message: `the journey "${id}" cannot be called: its entry is not { call: true }` },
  ];
}

function offerReferences(
  { channels, strategy, automate }: Extract<Resource, { kind: 'offer' }>,
  names: Names,
): Finding[] {
  const findings = channels.flatMap((message, i) => messageReferences(message, ['channels', i], names));
  if (strategy === 'automate' && !automate)
    findings.push({
      path: ['strategy'],
      code: 'MISSING',
      message: 'an offer with the strategy "automate" needs "automate" with "undo"',
    });
  if (automate?.compensate) findings.push(...messageReferences(automate.compensate, ['automate', 'compensate'], names));
  return findings;
}

/** A channel and a template are there, and the template is for that channel. */
function messageReferences(
  message: { channel: string; template?: string | undefined },
  at: Path,
  names: Names,
): Finding[] {
  const { channel, template } = message;
  const findings = [
    ...names.check('channel', channel, [...at, 'channel']),
    ...names.check('template', template, [...at, 'template']),
  ];
  const found = template === undefined ? undefined : (names.get('template', template) as Template | undefined);
  if (found === undefined || found.channel === channel || !names.get('channel', channel)) return findings;
  return [
    ...findings,
    {
      path: [...at, 'template'],
      code: 'INVALID_VALUE',
      message: `the template "${found.id}" is for the channel "${found.channel}", not "${channel}"`,
    },
  ];
}

function capReferences(
  cap: Extract<Resource, { kind: 'contact-policy' }>['caps'][number],
  at: Path,
  names: Names,
): Finding[] {
  const { scope, window } = cap;
  const findings = 'calendar' in window ? zone(window.zone, [...at, 'window', 'zone']) : [];
  if (scope === 'global') return findings;
  if ('channel' in scope) return [...findings, ...names.check('channel', scope.channel, [...at, 'scope', 'channel'])];
  return 'journey' in scope
    ? [...findings, ...names.check('journey', scope.journey, [...at, 'scope', 'journey'])]
    : findings;
}

function quietZones(quietHours: QuietHours | undefined): Finding[] {
  const missing = quietHours?.onMissingZone;
  const fixed = typeof missing === 'object' ? missing.fixed : undefined;
  return [...zone(quietHours?.zone, ['quietHours', 'zone']), ...zone(fixed, ['quietHours', 'onMissingZone', 'fixed'])];
}

function zone(name: string | undefined, path: Path): Finding[] {
  if (name === undefined || name === 'customer' || isZone(name)) return [];
  return [
    {
      path,
      code: 'INVALID_VALUE',
      message: `"${name}" is not a time zone; use an IANA name such as Europe/Paris, or customer`,
    },
  ];
}

const PLAIN_SECRET = /^(?!.*\{\{\s*env\.\w+\s*\}\}).+$/;

function channelFindings({ type, url, secret }: Channel): Finding[] {
  const findings: Finding[] = [];
  if (url === undefined && (type === 'smtp' || type === 'webhook'))
    findings.push({ path: [], code: 'MISSING', message: `a channel of type ${type} needs a "url"` });
  if (secret !== undefined && PLAIN_SECRET.test(secret))
    findings.push({
      path: ['secret'],
      code: 'INVALID_VALUE',
      message: 'a secret is not written here but referred to: "{{ env.NAME }}"',
    });
  if (url !== undefined && /^[a-z]+:\/\/[^/@]*:[^/@{]+@/.test(url))
    findings.push({
      path: ['url'],
      code: 'INVALID_VALUE',
      message: 'a url with a password is not written here but referred to: "{{ env.NAME }}"',
    });
  return findings;
}
