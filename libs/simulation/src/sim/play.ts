import { promisify } from 'node:util';
import { collectFacts, type Facts } from './facts.js';
import type { Plan } from './plan.js';
import { CALM } from './turnstile.js';
import { workspaceOf } from './workspaces.js';
import { createWorld, type World, type WorldOptions } from './world.js';

/** Lets everything happen that can happen by itself. */
const settled = promisify(setImmediate);

/** More turns than this without coming to rest are a circle. */
const TURNS_MAX = 15_000;
const DRIFT_MS_MAX = 3_000;
/** Between the introduction of everybody and the first input. */
const SETUP_MS = 60_000;

/** A world at rest. */
export interface Played extends World {
  /** What it has come to; undefined when a rule was broken on the way. */
  facts: Facts | undefined;
}

/** Plays a plan to its end: calmly while it is set up, then through its faults, then healed until nothing moves. */
export async function play(plan: Plan, options: WorldOptions = {}): Promise<Played> {
  const world = createWorld(plan, options);
  await setUp(world);
  begin(world);
  await rest(world, world.isCalm ? 0 : plan.weather.drift);
  const facts = world.chronicle.violations.length === 0 ? await collectFacts(world.ground) : undefined;
  return { ...world, facts };
}

/** Everybody is known and has consented, and the workspace is applied, before anything goes wrong. */
async function setUp(world: World): Promise<void> {
  const { plan, clients, cluster, time } = world;
  await clients.introduce();
  cluster.start();
  clients.apply(workspaceOf(plan.workspace).editions[0]);
  for (const userId of plan.customers) {
    const traits = { email: `${userId}@example.com` };
    clients.call({ type: 'identify', messageId: `${userId}-traits`, userId, traits });
    const properties = { channel: 'post', purpose: 'marketing', status: 'granted' };
    clients.call({ type: 'track', messageId: `${userId}-consent`, userId, event: 'Consent Updated', properties });
  }
  await rest(world, 0);
  time.moveTo(plan.start + SETUP_MS);
}

/** From now on things happen, and go wrong; and at their time everything heals. */
function begin(world: World): void {
  const { plan, time, clients, turnstile, fates, isCalm } = world;
  const { inputs, editedAfterMs, faultsMs } = plan;
  for (const input of inputs) time.after(input.afterMs, () => clients.send(input));
  if (editedAfterMs !== undefined)
    time.after(editedAfterMs, () => clients.apply(workspaceOf(plan.workspace).editions[1]));
  if (isCalm) return;
  turnstile.fates = fates;
  time.after(faultsMs, () => heal(world));
}

function heal({ trace, fates, turnstile, cluster }: World): void {
  trace.say('everything heals');
  fates.isOver = true;
  turnstile.fates = { ...CALM, dies: (caller) => fates.dies(caller) };
  turnstile.hurry();
  cluster.heal();
}

/** Runs until nothing moves and nothing will, or a rule is broken. Time passes between turns as often as `drift` says. */
async function rest({ time, turnstile, chronicle, fates, random }: World, drift: number): Promise<void> {
  let turns = 0;
  while (chronicle.violations.length === 0) {
    await settled();
    const next = time.next();
    if (!fates.isOver && random.chance(drift)) time.moveTo(time.now + random.between(1, DRIFT_MS_MAX));
    else if (await turnstile.turn()) turns += 1;
    else if (next === undefined) return;
    else time.moveTo(next);
    if (turns > TURNS_MAX) chronicle.violated(`the world does not come to rest in ${TURNS_MAX} turns`);
  }
}
