import { describe, expect, it } from '@jest/globals';
import { customerIdSchema, type Strategy } from '@waymark/contracts';
import { agencyFor, emptyContext, zoneOf } from './customer-context.js';

const ADA = emptyContext(customerIdSchema.parse('ada'));

describe('agencyFor', () => {
  it.each<[string, Record<string, Strategy>, Strategy]>([
    ["a category's level goes before *", { savings: 'automate', '*': 'coach' }, 'automate'],
    ['* goes for what has none', { loans: 'automate', '*': 'coach' }, 'coach'],
    ['unset is curate', {}, 'curate'],
  ])('%s', (_, agency, level) => {
    expect(agencyFor({ ...ADA, agency }, 'savings')).toBe(level);
  });

  it('a category named like what every object inherits is unset', () => {
    expect(agencyFor(ADA, 'constructor')).toBe('curate');
  });
});

describe('zoneOf', () => {
  it.each([
    [{ timezone: 'Europe/Paris' }, 'Europe/Paris'],
    [{ timezone: '' }, undefined],
    [{ timezone: 3 }, undefined],
    [{}, undefined],
  ])('of the traits %j is %s', (traits, zone) => {
    expect(zoneOf({ ...ADA, traits })).toBe(zone);
  });
});
