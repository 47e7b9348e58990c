import { createHash } from 'node:crypto';
import { WaymarkError } from '@waymark/contracts';
import type { CheckWorkspace, WorkspaceFile } from '@waymark/ingestion-service';
import { checkWorkspace } from '@waymark/workspace';
import { Random } from './random.js';

/** How many workspaces there are to draw from; checking one takes longer than running a world. */
const VARIANTS = 40;
const JOURNEYS_MIN = 2;
const JOURNEYS_MAX = 4;

/** A workspace made from small templates, in its first edition and in one that changes every text, wait and weight. */
export interface SimWorkspace {
  editions: readonly [readonly WorkspaceFile[], readonly WorkspaceFile[]];
  /** Journeys whose course no fault may change: their messages and ends are those of the undisturbed run. */
  certain: ReadonlySet<string>;
  quietHours: boolean;
  /** Marketing messages in a day, at most. */
  cap: number | undefined;
}

interface Draw {
  random: Random;
  edition: number;
}

/** A channel for what need not be consented to: keys are honoured or they are not. */
const plain = ({ random }: Draw): string => random.pick(['hook', 'hook', 'blunt']);
const minutes = ({ random, edition }: Draw, from: number, to: number): string =>
  `PT${random.between(from, to) + edition * 7}M`;

type Template = (draw: Draw) => string;

/** R2: whatever is late, repeated or redone, a customer has one run of these, with these messages. */
const CERTAIN: Readonly<Record<string, Template>> = {
  welcome: (draw) => `
entry: { event: Signed Up }
policy: { class: transactional }
start: rest
steps:
  rest: { kind: wait, for: ${minutes(draw, 1, 90)}, next: count }
  count: { kind: update, add: { Welcomes: "1.0" }, emit: { event: Welcome Counted, properties: { who: customer.id } }, next: greet }
  greet: { kind: act, channel: ${plain(draw)}, content: { json: { text: "Hello {{ entry.properties.plan }} ${draw.edition}" } }, next: done, failed: lost, suppressed: lost }
  lost: { kind: exit, reason: lost }
  done: { kind: exit, reason: greeted }`,
  echo: (draw) => `
entry: { event: Welcome Counted }
policy: { class: transactional }
start: tell
steps:
  tell: { kind: act, channel: ${plain(draw)}, content: { json: { who: "{{ entry.properties.who }} ${draw.edition}" } }, next: done }
  done: { kind: exit, reason: told }`,
  plan: (draw) => `
entry: { event: Signed Up, where: event.properties.plan != "none" }
policy: { class: legal }
start: which
steps:
  which: { kind: branch, when: [{ id: pro, if: entry.properties.plan == "pro", next: terms }], default: toss }
  toss: { kind: split, seed: toss, variants: [{ id: a, weight: ${1 + draw.edition}, next: terms }, { id: b, weight: 1, next: pause }] }
  pause: { kind: wait, for: ${minutes(draw, 0, 30)}, next: terms }
  terms: { kind: act, channel: ${plain(draw)}, content: { json: { terms: "{{ entry.properties.plan }} ${draw.edition}" } }, next: nap }
  nap: { kind: wait, for: ${minutes(draw, 1, 40)}, next: again }
  again: { kind: act, channel: ${plain(draw)}, content: { json: { again: "${draw.edition}" } }, next: done }
  done: { kind: exit, reason: agreed }`,
  parcel: (draw) => `
entry: { event: Order Placed, correlate: event.properties.order_id, reentry: { always: { maxConcurrent: 1 } } }
policy: { class: transactional }
start: travelling
steps:
  travelling:
    kind: await
    any: [{ id: shipped, event: Order Shipped, where: event.properties.order_id == entry.properties.order_id, next: thanks }]
    timeout: { after: P${3 + draw.edition}D, next: late }
  thanks: { kind: act, channel: ${plain(draw)}, content: { json: { order: "{{ entry.properties.order_id }}" } }, next: done }
  late: { kind: act, channel: ${plain(draw)}, content: { json: { late: "{{ entry.properties.order_id }}" } }, next: lost }
  lost: { kind: exit, reason: lost }
  done: { kind: exit, reason: arrived }`,
};

/** Segments that are entered once, whatever is late: by an event, and half an hour after it; never left, in any edition. */
const SEGMENTS: Template = ({ edition }) => `kind: segment
id: known
if: customer.counters["Signed Up"] > 0.${edition}
---
kind: segment
id: rested
if: '"known" in customer.segments && now - customer.lastSeen["Signed Up"] >= duration("30m") && customer.orders.count < ${edition + 1}.0'
`;
const OF_SEGMENTS: Readonly<Record<string, Template>> = {
  member: (draw) => `
entry: { segment: { id: known, on: entered } }
policy: { class: transactional }
start: tell
steps:
  tell: { kind: act, channel: ${plain(draw)}, content: { json: { member: ${draw.edition} } }, next: done }
  done: { kind: exit, reason: told }`,
  rested: (draw) => `
entry: { segment: { id: rested, on: entered } }
policy: { class: transactional }
start: tell
steps:
  tell: { kind: act, channel: ${plain(draw)}, content: { json: { rested: ${draw.edition} } }, next: done }
  done: { kind: exit, reason: told }`,
};

/** What becomes of these depends on what is known, or over, at the moment: for them the rules must hold, no more. */
const UNCERTAIN: Readonly<Record<string, Template>> = {
  nurture: (draw) => `
entry: { event: Signed Up }
exits: [{ id: gone, event: Gone }]
policy: { class: marketing, categories: [hints] }
start: hint
steps:
  hint: { kind: act, channel: post, content: { json: { hint: "${draw.edition}" } }, ttl: PT20H, next: pause }
  pause: { kind: wait, for: ${minutes(draw, 1, 60)}, next: letter }
  letter: { kind: act, channel: mail, class: service, content: { subject: Letter, text: "{{ customer.id }}" }, next: done }
  done: { kind: exit, reason: told }`,
  rush: (draw) => `
entry: { event: Browsed, reentry: { always: { maxConcurrent: 5 } }, correlate: event.messageId }
exits: [{ id: gone, event: Gone }]
policy: { class: marketing, priority: 10 }
start: ad
steps:
  ad: { kind: act, channel: post, content: { subject: Ad, text: "Look {{ entry.properties.page }}", json: { ad: ${draw.edition} } }, next: done }
  done: { kind: exit, reason: told }`,
  race: (draw) => `
entry: { event: Rang, reentry: { afterExit: { minInterval: PT0S } } }
exits: [{ id: gone, event: Gone }]
policy: { class: transactional }
start: ringing
steps:
  ringing:
    kind: await
    any: [{ id: answered, event: Answered, next: thanks }]
    timeout: { after: ${minutes(draw, 1, 4)}, next: missed }
  thanks: { kind: act, channel: ${plain(draw)}, content: { json: { thanks: true } }, next: done }
  missed: { kind: act, channel: ${plain(draw)}, content: { json: { missed: true } }, next: done }
  done: { kind: exit, reason: rang }`,
  offers: (draw) => `
entry: { event: Browsed, reentry: { afterExit: { minInterval: PT0S } } }
policy: { class: marketing }
start: choose
steps:
  choose: { kind: decide, slot: hero, offers: { categories: [hero] }, next: rest, none: none, suppressed: rest }
  rest: { kind: wait, for: ${minutes(draw, 1, 20)}, next: done }
  none: { kind: exit, reason: none }
  done: { kind: exit, reason: made }`,
};

const CHANNELS = `kind: channel
id: hook
type: webhook
url: https://hook.example/in
idempotency: true
retry: { attempts: 50, base: PT1S, max: PT1M }
---
kind: channel
id: blunt
type: webhook
url: https://blunt.example/in
idempotency: false
retry: { attempts: 50, base: PT1S, max: PT1M }
---
kind: channel
id: post
type: webhook
url: https://post.example/in
idempotency: true
consent: true
retry: { attempts: 50, base: PT1S, max: PT1M }
---
kind: channel
id: mail
type: smtp
url: "{{ env.SMTP_URL }}"
retry: { attempts: 50, base: PT1S, max: PT1M }
`;

const OFFERS = `kind: offer
id: tea
category: hero
strategy: curate
value: 4.0
channels: [{ channel: post, template: tea }]
limits: { perCustomer: { limit: 1, window: P1D } }
---
kind: offer
id: cake
category: hero
strategy: curate
value: 2.0
eligible: customer.counters["Browsed"] >= 2
channels: [{ channel: post, template: tea }]
---
kind: template
id: tea
channel: post
json: { offer: "{{ offer.id }}" }
`;

/** The workspace of a number; the same for each number that is alike modulo the variants there are. */
export function workspaceOf(number: number): SimWorkspace {
  const variant = number % VARIANTS;
  const random = new Random(`workspace ${variant}`);
  const certain = new Set(some(random, Object.keys(CERTAIN), 1));
  const uncertain = some(random, Object.keys(UNCERTAIN), Math.max(1, JOURNEYS_MIN - certain.size)).slice(
    0,
    JOURNEYS_MAX - certain.size,
  );
  const quietHours = random.chance(0.4);
  const cap = random.chance(0.5) ? random.between(1, 2) : undefined;
  const ofSegments = random.chance(0.5) ? Object.keys(OF_SEGMENTS) : [];
  for (const id of ofSegments) certain.add(id);
  const editions = [0, 1].map((edition) => {
    const journeys = [...certain, ...uncertain].map((id) => ({
      path: `${id}.yaml`,
      text: journeyOf(id, { random: new Random(`workspace ${variant} ${id}`), edition }),
    }));
    const others = [
      { path: 'channels.yaml', text: CHANNELS },
      { path: 'offers.yaml', text: OFFERS },
      { path: 'policy.yaml', text: policyOf(quietHours, cap) },
      ...(ofSegments.length > 0 ? [{ path: 'segments.yaml', text: SEGMENTS({ random, edition }) }] : []),
    ];
    return [...journeys, ...others];
  });
  return { editions: [editions[0]!, editions[1]!], certain, quietHours, cap };
}

function journeyOf(id: string, draw: Draw): string {
  return `kind: journey\nid: ${id}${{ ...CERTAIN, ...UNCERTAIN, ...OF_SEGMENTS }[id]!(draw)}\n`;
}

function policyOf(quietHours: boolean, cap: number | undefined): string {
  const quiet = `quietHours: { zone: Etc/UTC, windows: [{ days: [mon, tue, wed, thu, fri, sat, sun], from: "22:00", to: "06:00" }], onClosed: { queue: P1D } }\n`;
  const caps = `caps: [{ id: a-day, scope: global, limit: ${cap}, window: { rolling: P1D } }]\n`;
  return `kind: contact-policy\nid: manners\n${quietHours ? quiet : ''}${cap === undefined ? '' : caps}`;
}

/** At least `min` of them, in their order. */
function some(random: Random, from: readonly string[], min: number): string[] {
  const count = random.between(min, from.length);
  const left = [...from];
  while (left.length > count) left.splice(random.between(0, left.length - 1), 1);
  return left;
}

const checkedBefore = new Map<string, ReturnType<CheckWorkspace>>();

/** The real check of the real loader, remembered: the same few workspaces are drawn again and again. */
export const checkSimWorkspace: CheckWorkspace = (files) => {
  const key = files.map(({ path, text }) => `${path}\n${text}`).join('\n');
  const known = checkedBefore.get(key);
  if (known) return known;
  const { resources, errors } = checkWorkspace(files, (text) => createHash('sha256').update(text).digest('hex'));
  const [first] = errors;
  if (first) throw new WaymarkError('INVALID_RESOURCE', `${first.file}:${first.line} ${first.message}`);
  checkedBefore.set(key, resources);
  return resources;
};
