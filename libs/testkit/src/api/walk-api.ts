import { createHmac } from 'node:crypto';
import { WALK_ENV, walkFiles } from './walk-files.js';

export interface Asked {
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Walked {
  /** Sends a request with an admin's token, unless its headers say otherwise; resolves with its status and JSON body, if it has one. */
  ask(line: string, asked?: Asked): Promise<{ status: number; body: unknown }>;
  writeKey: string;
  /** Puts a record on `events.raw` that nobody can read. */
  poison(): Promise<void>;
}

/**
 * Asks a running system, which has a held clock and nothing in it, for everything that its API has, each thing while there is
 * something to be told: two customers visit, are talked to and enter journeys, which are paused, migrated and stopped. Rejects
 * where an answer is not a good one. What the answers say is for whoever asks to look at.
 */
export async function walkApi(walked: Walked): Promise<void> {
  const good = async (line: string, asked?: Asked): Promise<unknown> => {
    const { status, body } = await walked.ask(line, asked);
    if (status >= 300) throw new Error(`${line}: ${status} ${JSON.stringify(body)}`);
    return body;
  };
  const walk: Walk = { ...walked, good, settle: () => good('PUT /api/clock', { body: {} }) };
  await applied(walk);
  await visited(walk);
  await lookedAt(walk);
  await parted(walk);
  await offered(walk);
  await steered(walk);
  await redriven(walk);
  for (const path of ['/livez', '/readyz', '/metrics', '/openapi.json', '/api/status']) await good(`GET ${path}`);
}

interface Walk extends Walked {
  good(line: string, asked?: Asked): Promise<unknown>;
  /** Resolves with the clock when the ring is at rest. */
  settle(): Promise<unknown>;
}

async function applied({ good, settle }: Walk): Promise<void> {
  await good('PUT /api/workspace', { body: { files: walkFiles('rest'), dryRun: true } });
  await good('PUT /api/workspace', { body: { files: walkFiles('rest') } });
  await settle();
  for (const path of ['workspace', 'channels', 'offers']) await good(`GET /api/${path}`);
}

/** Ada, of whom everything is known, and Bob, who buys; by all addresses that take events. */
async function visited({ good, settle, writeKey }: Walk): Promise<void> {
  const headers = { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` };
  const send = (address: string, body: object): Promise<unknown> => good(`POST /v1/${address}`, { body, headers });
  await send('identify', { userId: 'ada', traits: { name: 'Ada' } });
  await settle();
  await good('PUT /api/customers/ada/agency', { body: { category: 'hints', level: 'automate' } });
  await good('PUT /api/customers/ada/consents', {
    body: { channel: 'inbox', purpose: 'marketing', status: 'granted' },
  });
  await good('PATCH /api/customers/ada', { body: { traits: { city: 'Riga' } } });
  await settle();
  const visit = { type: 'track', event: 'Visit', properties: { pages: 'many' } };
  await send('t', { ...visit, userId: 'ada' });
  await send('batch', { batch: [{ ...visit, userId: 'bob' }, { type: 'track' }] });
  await settle();
  await send('b', { batch: [{ type: 'track', userId: 'bob', event: 'Bought', properties: { revenue: 12.5 } }] });
  await send('import', {
    batch: [{ type: 'track', userId: 'bob', event: 'Order Completed', properties: { revenue: 3 } }],
  });
  await send('events', { specversion: '1.0', id: 'e-1', source: '/shop', type: 'Looked', subject: 'ada' });
  await settle();
}

async function lookedAt({ good }: Walk): Promise<void> {
  const of = ['', '/events', '/consents', '/agency', '/timeline', '/inbox'];
  for (const customer of ['ada', 'bob']) for (const path of of) await good(`GET /api/customers/${customer}${path}`);
  await good('GET /api/segments');
  const members = 'GET /api/segments/visitors/customers?limit=1';
  await good(`${members}&cursor=${textAt(await good(members), 'cursor')}`);
  for (const partition of [0, 1])
    for (const topic of ['events.raw', 'events', 'interactions', 'actions'])
      await good(`GET /api/log/${topic}/${partition}?offset=0`);
  await good('GET /api/log/events/0');
}

/** A visitor turns out to be Ada, and then not. */
async function parted({ good, settle, writeKey }: Walk): Promise<void> {
  const headers = { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` };
  await good('POST /v1/track', { body: { anonymousId: 'v1', event: 'Looked' }, headers });
  await settle();
  await good('POST /v1/identify', { body: { anonymousId: 'v1', userId: 'ada' }, headers });
  await settle();
  const merges = 'GET /api/customers/ada/merges';
  await good(`POST /api/customers/ada/merges/${textAt(await good(merges), 0, 'id')}/undo`);
  await settle();
  textAt(await good(merges), 0, 'undoneAt');
}

async function offered({ good, settle }: Walk): Promise<void> {
  await good('POST /v1/decide', { body: { customer: 'ada', slot: 'home', context: { page: '/' } } });
  await good('POST /v1/respond', { body: { customer: 'ada', offer: 'good-hint', outcome: 'accepted' } });
  await good('POST /v1/undo', { body: { customer: 'ada', offer: 'good-hint' } });
  const decisions = await good('GET /api/decisions?customer=ada');
  await good(`GET /api/decisions/${textAt(decisions, 0, 'decisionId')}`);
  await good('GET /api/decisions/candidates');
  const deliveries = (await good('GET /api/deliveries?customer=ada')) as { channel: string; actionId: string }[];
  const told = deliveries.find(({ channel }) => channel === 'desk');
  const seconds = Math.floor(Date.parse(textAt(await settle(), 'now')) / 1000);
  const body = JSON.stringify([
    { actionId: told?.actionId, outcome: 'bounced', hard: true },
    { actionId: 'of nobody', outcome: 'opened' },
  ]);
  const hmac = createHmac('sha256', WALK_ENV.CHANNEL_DESK_SECRET).update(`${seconds}.${body}`).digest('hex');
  await good('POST /v1/outcomes/desk', { body, headers: { 'waymark-signature': `t=${seconds},v1=${hmac}` } });
  await good('GET /api/deliveries/counts');
  await good('GET /api/suppressions');
  await settle();
}

async function steered({ good, settle }: Walk): Promise<void> {
  const at = '/api/journeys/invited';
  for (const customer of ['ada', 'bob'])
    await good(`POST ${at}/instances`, {
      body: { customer, data: { seats: 2 } },
      headers: { 'idempotency-key': customer },
    });
  await settle();
  for (const path of ['/api/journeys', at, '/api/journeys/greeting', '/api/journeys/greeting/versions'])
    await good(`GET ${path}`);
  const inside = await good(`GET ${at}/instances?limit=1`);
  await good(`GET ${at}/instances?limit=1&cursor=${textAt(inside, 'cursor')}`);
  const one = `GET /api/instances/${textAt(inside, 'instances', 0, 'id')}`;
  await good(one);
  await good(`POST ${at}/pause`, { body: { timers: 'freeze', entrants: 'discard' } });
  await good(`GET ${at}/control`);
  await good(`POST ${at}/resume?dryRun=true`);
  await good(`POST ${at}/resume`);
  await good('PUT /api/workspace', { body: { files: walkFiles('sit') } });
  await settle();
  await good(`POST ${at}/migrations`, { body: { map: { rest: 'sit' }, dryRun: true } });
  for (const [line, body] of [[`POST ${at}/migrations`, { map: { rest: 'sit' } }], [`POST ${at}/stop`]] as const) {
    const statusUrl = textAt(await good(line, { body }), 'statusUrl');
    await settle();
    await good(`GET ${statusUrl}`);
  }
  await good(`POST ${at}/close`);
  await good(one);
  for (const path of ['check?limit=1', 'broken']) await good(`GET /api/instances/${path}`);
  for (const customer of ['ada', 'bob']) await good(`GET /api/customers/${customer}/timeline`);
}

async function redriven({ good, settle, poison }: Walk): Promise<void> {
  await poison();
  await settle();
  const id = textAt(await good('GET /api/dead-letters?limit=1'), 'letters', 0, 'id');
  await good(`GET /api/dead-letters/${id}`);
  await good(`POST /api/dead-letters/${id}/redrive`);
  await good('POST /api/dead-letters/redrive', { body: { ids: [id, '0-999'] } });
  await settle();
  await good('GET /api/dead-letters');
}

function textAt(body: unknown, ...path: (string | number)[]): string {
  const found = path.reduce<unknown>((at, key) => (at as Record<string | number, unknown> | undefined)?.[key], body);
  if (typeof found === 'string') return found;
  throw new Error(`there is no ${path.join('.')} in ${JSON.stringify(body)}`);
}
