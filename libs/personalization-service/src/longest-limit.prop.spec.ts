import { describe, expect, it } from '@jest/globals';
import { addDuration, parseDuration } from '@waymark/customer-context';
import fc from 'fast-check';
import { compileDefinitions } from './fold/definitions.js';
import { longestLimitMs } from './longest-limit.js';
import { anOffer } from './testing/samples.js';

async function longestOf(windows: readonly (string | undefined)[]): Promise<number> {
  const resources = windows.map((window, i) => ({
    version: `v${i}`,
    resource: anOffer({ id: `offer-${i}`, limits: window === undefined ? {} : { perCustomer: { limit: 1, window } } }),
  }));
  return longestLimitMs(await compileDefinitions({ revision: 1, resources }));
}

describe('how far back offers made are read', () => {
  it('covers every window, by the calendar of any zone, from any moment', async () => {
    const windows = fc
      .tuple(fc.nat(2), fc.nat(14), fc.nat(5), fc.nat(40), fc.nat(60))
      .map(([years, months, weeks, days, hours]) => `P${years}Y${months}M${weeks}W${days}DT${hours}H`);
    await fc.assert(
      fc.asyncProperty(
        windows,
        fc.date({ min: new Date('2000-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
        fc.constantFrom('UTC', 'Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia'),
        async (window, at, zone) => {
          const end = addDuration(at.getTime(), parseDuration(window), zone);
          expect(end - at.getTime()).toBeLessThanOrEqual(await longestOf(['PT1H', window, undefined]));
        },
      ),
    );
  });

  it('is nothing where no offer has a limit', async () => {
    expect(await longestOf([])).toBe(0);
    expect(await longestOf([undefined])).toBe(0);
  });
});
