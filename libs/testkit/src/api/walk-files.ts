const invited = (step: string): string => `kind: journey
id: invited
entry: { api: true }
start: ${step}
steps:
  ${step}: { kind: wait, for: P30D, next: done }
  done: { kind: exit }
`;

const greeting = `kind: journey
id: greeting
entry: { event: Visit }
policy: { class: transactional }
goal: { event: Bought, window: P7D, value: event.properties.revenue }
start: tell
steps:
  tell: { kind: act, channel: desk, content: { body: Hello }, next: choose }
  choose: { kind: decide, slot: home, offers: { categories: [hints] }, next: rest, none: rest, suppressed: rest }
  rest: { kind: wait, for: P30D, next: done }
  done: { kind: exit }
`;

/** The environment that the system needs: the secret of the channel that hears of outcomes. */
export const WALK_ENV = { CHANNEL_DESK_SECRET: 'walk-secret' };

const FILES = {
  'inbox.yaml': 'kind: channel\nid: inbox\ntype: inbox\n',
  'desk.yaml': 'kind: channel\nid: desk\ntype: log\nsecret: "{{ env.CHANNEL_DESK_SECRET }}"\n',
  'visit.yaml': 'kind: event\nid: visit\nname: Visit\nproperties: { properties: { pages: { type: integer } } }\n',
  'visitors.yaml': 'kind: segment\nid: visitors\nif: customer.counters.Visit >= 1.0\n',
  'hint.yaml': 'kind: template\nid: hint\nchannel: inbox\nsubject: A hint\nbody: Try this\n',
  'good-hint.yaml': `kind: offer
id: good-hint
category: hints
strategy: automate
value: 5
channels: [{ channel: inbox, template: hint }]
automate: { undo: PT24H }
`,
  'no-hint.yaml': `kind: offer
id: no-hint
category: hints
strategy: curate
value: 1
eligible: customer.counters.Visit >= 100.0
channels: [{ channel: inbox, template: hint }]
`,
  'greeting.yaml': greeting,
};

/** A small workspace with something of everything that the API shows; `step` names the step at which those invited wait. */
export function walkFiles(step: string): { path: string; text: string }[] {
  return Object.entries({ ...FILES, 'invited.yaml': invited(step) }).map(([path, text]) => ({ path, text }));
}
