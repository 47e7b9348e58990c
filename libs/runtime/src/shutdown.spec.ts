import { describe, expect, it } from '@jest/globals';
import { closeInOrder, createShutdown, type ClosingStep } from './shutdown.js';
import { captureLog } from './testing/captured-log.js';

const LONG_MS = 600_000;

/** Steps that note when they begin and end; a name with `!` fails. */
function noted(...names: string[]): { steps: ClosingStep[]; notes: string[] } {
  const notes: string[] = [];
  const steps = names.map((name) => ({
    name,
    async close() {
      notes.push(`${name} begins`);
      await Promise.resolve();
      if (name.includes('!')) throw new Error(`${name} is stuck`);
      notes.push(`${name} ends`);
    },
  }));
  return { steps, notes };
}

function shutdownOf(steps: ClosingStep[], deadlineMs = LONG_MS) {
  const codes: number[] = [];
  const { logger, lines } = captureLog();
  let exited: (code: number) => void = () => undefined;
  const exit = new Promise<number>((resolve) => (exited = resolve));
  const shutdown = createShutdown({
    steps,
    logger,
    deadlineMs,
    exit(code) {
      codes.push(code);
      exited(code);
    },
  });
  return { shutdown, codes, lines, exit };
}

describe('shutdown (P7)', () => {
  it('closes one thing after the other, in the order given, and ends with 0', async () => {
    const { steps, notes } = noted('http', 'events', 'database');
    const { shutdown, codes, lines } = shutdownOf(steps);
    await shutdown();
    expect(notes).toEqual([
      'http begins',
      'http ends',
      'events begins',
      'events ends',
      'database begins',
      'database ends',
    ]);
    expect(codes).toEqual([0]);
    expect(lines.filter(({ level }) => level > 20)).toEqual([]);
  });

  it('happens once, however many signals come', async () => {
    const { steps, notes } = noted('http');
    const { shutdown, codes } = shutdownOf(steps);
    await Promise.all([shutdown(), shutdown()]);
    await shutdown();
    expect([notes, codes]).toEqual([['http begins', 'http ends'], [0]]);
  });

  it('closes the others when one fails, says which, and ends with 1', async () => {
    const { steps, notes } = noted('http', 'events!', 'database');
    const { shutdown, codes, lines } = shutdownOf(steps);
    await shutdown();
    expect(notes).toEqual(['http begins', 'http ends', 'events! begins', 'database begins', 'database ends']);
    expect(codes).toEqual([1]);
    expect(lines.filter(({ level }) => level === 50)).toEqual([
      expect.objectContaining({
        step: 'events!',
        msg: 'closing failed',
        err: expect.objectContaining({ message: 'events! is stuck' }),
      }),
    ]);
  });

  it('closes the others when one fails at once', async () => {
    const { steps, notes } = noted('database');
    const thrower: ClosingStep = {
      name: 'http',
      close() {
        throw new Error('not open');
      },
    };
    const { shutdown, codes } = shutdownOf([thrower, ...steps]);
    await shutdown();
    expect([notes, codes]).toEqual([['database begins', 'database ends'], [1]]);
  });

  it('ends with 1 at its deadline even if something never closes', async () => {
    const { steps, notes } = noted('database');
    const never: ClosingStep = { name: 'http', close: () => new Promise(() => undefined) };
    const { shutdown, exit, lines } = shutdownOf([never, ...steps], 0);
    void shutdown();
    expect(await exit).toBe(1);
    expect(notes).toEqual([]);
    expect(lines.map(({ msg }) => msg)).toEqual(['shutdown took too long, ending now']);
  });

  it('leaves no deadline behind once everything is closed', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const during: number[] = [];
    const { shutdown } = shutdownOf([{ name: 'http', close: async () => void during.push(timers()) }]);
    await shutdown();
    expect([during, timers()]).toEqual([[before + 1], before]);
  });

  it('lets a step reach what it belongs to', async () => {
    class Server {
      isOpen = true;
      readonly name = 'server';
      async close(): Promise<void> {
        this.isOpen = false;
      }
    }
    const server = new Server();
    expect(await closeInOrder([server], captureLog().logger)).toBe(true);
    expect(server.isOpen).toBe(false);
  });
});
