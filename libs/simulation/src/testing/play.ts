import { createHash } from 'node:crypto';
import { scenarioSchema, type ScenarioEntry } from '@waymark/contracts';
import type { CheckWorkspace, WorkspaceFile } from '@waymark/ingestion-service';
import { checkWorkspace } from '@waymark/workspace';
import { runScenario, type ScenarioResult } from '../run-scenario.js';

const FILES: Readonly<Record<string, string>> = {
  'email.channel.yaml': 'kind: channel\nid: email\ntype: smtp\nurl: "{{ env.SMTP_URL }}"\n',
  'hook.channel.yaml': 'kind: channel\nid: hook\ntype: webhook\nurl: https://partner.example/in\nidempotency: true\n',
  'blunt.channel.yaml': 'kind: channel\nid: blunt\ntype: webhook\nurl: https://blunt.example/in\nidempotency: false\n',
  'welcome.journey.yaml': `kind: journey
id: welcome
entry: { event: Signed Up, reentry: { afterExit: { minInterval: PT0S } } }
policy: { class: transactional }
start: rest
steps:
  rest: { kind: wait, for: PT1H, next: count }
  count: { kind: update, set: { welcomed: "true" }, add: { Welcomes: "1.0" }, emit: { event: Welcome Counted, properties: { who: customer.id } }, next: greet }
  greet: { kind: act, channel: hook, content: { json: { text: "Hello {{ customer.traits.firstName }}" } }, next: done, failed: lost }
  lost: { kind: exit, reason: lost }
  done: { kind: exit, reason: finished }
`,
};

/** Runs a timeline over a small workspace with one journey, "welcome": an hour, a count, a webhook. */
export async function play(
  timeline: readonly object[],
  options: { files?: Readonly<Record<string, string>>; scenario?: object } = {},
): Promise<ScenarioResult> {
  const scenario = scenarioSchema.parse({
    kind: 'scenario',
    id: 'test',
    start: '2026-05-04T08:00:00Z',
    customers: {
      ada: { traits: { firstName: 'Ada', email: 'ada@example.com' }, consents: { email: { marketing: 'granted' } } },
    },
    timeline: timeline as ScenarioEntry[],
    ...options.scenario,
  });
  const files = { ...FILES, ...options.files };
  return runScenario(scenario, {
    files: filesOf(files).filter(({ path }) => !path.startsWith('later/')),
    check: checked,
    readFile: (path) => ({ path, text: files[path]! }),
  });
}

function filesOf(texts: Readonly<Record<string, string>>): WorkspaceFile[] {
  return Object.entries(texts).map(([path, text]) => ({ path, text }));
}

/** The small workspace's files. */
export const WORKSPACE: readonly WorkspaceFile[] = filesOf(FILES);

/** The resources of a workspace; throws its first mistake. */
export const checked: CheckWorkspace = (files) => {
  const { resources, errors } = checkWorkspace(files, (text) => createHash('sha256').update(text).digest('hex'));
  if (errors[0]) throw new Error(`${errors[0].file}:${errors[0].line} ${errors[0].message}`);
  return resources;
};

/** The journey "welcome" with another text in it, or another wait. */
export function welcomeWith(from: string, to: string): string {
  return FILES['welcome.journey.yaml']!.replace(from, to);
}
