import { setImmediate as turn } from 'node:timers/promises';

/** A promise that somebody else opens. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function gate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** Whether a promise has settled once everything that can happen by itself has happened. */
export async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const mark = (): void => void (settled = true);
  void promise.then(mark, mark);
  await turn();
  return settled;
}
