import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { gate, hasSettled } from './testing/gate.js';
import { add, alarm, down, stepAll, World } from './testing/world.js';
import type { Mailbox } from './topology.js';

describe('idle', () => {
  /** A mailbox with a flap that tests open. */
  class Letterbox implements Mailbox {
    mail = false;
    busy = false;
    given: AbortSignal | undefined;
    readonly #flap = gate();

    hasMail(): boolean {
      return this.mail;
    }

    isBusy(): boolean {
      return this.busy;
    }

    waitForMail(_: number, signal: AbortSignal): Promise<void> {
      this.given = signal;
      return this.#flap.opened;
    }

    post(): void {
      this.mail = true;
      this.#flap.open();
    }
  }

  /** A partition with nothing to do but an alarm at 50, and its wait for something. */
  async function waiting() {
    const world = new World();
    const box = new Letterbox();
    const processor = world.processor({ mailbox: box });
    world.send(alarm('a', 50));
    await stepAll(processor);
    const abort = new AbortController();
    const idle = processor.idle(abort.signal);
    expect(await hasSettled(idle)).toBe(false);
    return { world, box, processor, abort, idle };
  }

  it.each<[string, (parts: Awaited<ReturnType<typeof waiting>>) => void]>([
    ['the log', ({ world }) => world.send(add('1'))],
    ['the clock', ({ world }) => world.clock.moveTo(50)],
    ['the mailbox', ({ box }) => box.post()],
    ['an abort', ({ abort }) => abort.abort()],
  ])('is woken by %s, and gives the other waits up', async (_, wake) => {
    const parts = await waiting();
    wake(parts);
    await parts.idle;
    expect(parts.box.given?.aborted).toBe(true);
    expect(getEventListeners(parts.abort.signal, 'abort')).toEqual([]);
  });

  it('is not woken before its time', async () => {
    const { world, idle } = await waiting();
    world.clock.moveTo(49);
    expect(await hasSettled(idle)).toBe(false);
  });

  it('ends at once when there is something, when something is due, and when it is to stop', async () => {
    const world = new World();
    const processor = world.processor();
    const never = new AbortController().signal;
    world.send(alarm('a', 50));
    await processor.idle(never);
    await stepAll(processor);
    await processor.idle(AbortSignal.abort());
    world.clock.moveTo(60);
    await processor.idle(never);
    await stepAll(processor);
    expect(await hasSettled(processor.idle(AbortSignal.any([])))).toBe(false);
  });

  it('passes a failure to find the next due moment on', async () => {
    const world = new World();
    let isDown = false;
    const processor = world.processor({ nextDueAt: async () => (isDown ? Promise.reject(down()) : undefined) });
    world.send(add('1'));
    await processor.step();
    isDown = true;
    await expect(processor.idle(new AbortController().signal)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('does not wait when it holds nothing, so that it is taken up again', async () => {
    const processor = new World().processor();
    await processor.idle(new AbortController().signal);
    expect(processor.isIdle).toBe(false);
  });

  it('is of use: mail makes a batch without records', async () => {
    const world = new World();
    const box = new Letterbox();
    const processor = world.processor({ mailbox: box, afterCommit: async () => void (box.mail = false) });
    expect(await processor.step()).toBe(false);
    box.post();
    expect(await stepAll(processor)).toBe(1);
    expect(world.watcher.batches).toEqual([expect.objectContaining({ records: 0, outputs: 0 })]);
  });

  it.each<[string, boolean, (world: World, box: Letterbox) => void]>([
    ['all is done', true, () => undefined],
    ['a record waits', false, (world) => world.send(add('1'))],
    ['something is due', false, (world) => world.clock.moveTo(50)],
    ['something is due later', true, (world) => world.clock.moveTo(49)],
    ['there is mail', false, (_, box) => box.post()],
    ['work handed out has not answered', false, (_, box) => (box.busy = true)],
  ])('when %s, it is settled: %j', async (_, settled, happens) => {
    const world = new World();
    const box = new Letterbox();
    const processor = world.processor({ mailbox: box });
    world.send(alarm('a', 50));
    await stepAll(processor);
    happens(world, box);
    expect(await processor.isSettled()).toBe(settled);
  });

  it.each<[string, boolean, (world: World, box: Letterbox) => void]>([
    ['all is done', true, () => undefined],
    ['something is due', false, (world) => world.clock.moveTo(50)],
    ['something is due later', true, (world) => world.clock.moveTo(49)],
    ['there is mail', false, (_, box) => (box.mail = true)],
    ['work handed out has not answered', false, (_, box) => (box.busy = true)],
  ])('when %s, it is at rest while it is idle: %j', async (_, atRest, happens) => {
    const { world, box, processor, idle, abort } = await waiting();
    expect([processor.isIdle, processor.version, processor.isAtRest(1), processor.isAtRest(2)]).toEqual([
      true,
      1,
      true,
      false,
    ]);
    happens(world, box);
    expect(processor.isAtRest(1)).toBe(atRest);
    abort.abort();
    await idle;
    expect([processor.isIdle, processor.isAtRest(1)]).toEqual([false, false]);
  });

  it('asks once for the next due moment after a batch, and again with every step that finds nothing', async () => {
    const world = new World();
    let asked = 0;
    const processor = world.processor({ nextDueAt: async () => ((asked += 1), undefined) });
    world.send(add('1'));
    await stepAll(processor);
    await processor.idle(AbortSignal.abort());
    await processor.idle(AbortSignal.abort());
    expect(asked).toBe(1);
    await processor.step();
    expect(asked).toBe(2);
  });
});
