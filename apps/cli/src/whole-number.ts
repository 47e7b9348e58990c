import { InvalidArgumentError } from 'commander';

/** An option's value that is a whole number above 0. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) === 0) throw new InvalidArgumentError('it must be a whole number above 0');
  return Number(text);
}
