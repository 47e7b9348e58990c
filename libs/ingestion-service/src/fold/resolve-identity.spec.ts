import { describe, expect, it } from '@jest/globals';
import type { CustomerId, RawEvent } from '@waymark/contracts';
import type { IdentityKey } from '@waymark/ports';
import { aRawEvent, customer } from '../testing/samples.js';
import {
  LINKS_MAX,
  customerOfKey,
  identityKeys,
  linksBehind,
  resolveIdentity,
  type Resolution,
} from './resolve-identity.js';

type Ids = Partial<Pick<RawEvent, 'userId' | 'anonymousId' | 'previousId' | 'customerId'>>;
interface Known {
  links?: Partial<Record<IdentityKey, string>>;
  customers?: string[];
}

function resolve(ids: Ids, { links = {}, customers = [] }: Known = {}): Resolution {
  const map = new Map(Object.entries(links) as [IdentityKey, CustomerId][]);
  return resolveIdentity(aRawEvent(ids), map, (id) => customers.includes(id));
}

describe('who an event is about', () => {
  it.each<[string, Ids, Known, string]>([
    ['a user is the customer of her own id', { userId: 'ada' }, {}, 'ada'],
    ['a visitor is somebody until we know who', { anonymousId: 'v1' }, {}, 'anon~v1'],
    ['a visitor linked to a user is that user', { anonymousId: 'v1' }, { links: { 'anonymous:v1': 'ada' } }, 'ada'],
    ['a user linked to another is the other', { userId: 'old' }, { links: { 'user:old': 'ada' } }, 'ada'],
    [
      'a user and her visitor are one',
      { userId: 'ada', anonymousId: 'v1' },
      { links: { 'anonymous:v1': 'ada' } },
      'ada',
    ],
    [
      'a visitor linked to a user who was given up for another is the other',
      { anonymousId: 'v1' },
      { links: { 'anonymous:v1': 'old', 'user:old': 'older', 'user:older': 'ada' } },
      'ada',
    ],
    ['what the platform says of a customer is about her', { customerId: customer('ada'), userId: 'bob' }, {}, 'ada'],
  ])('%s', (_, ids, known, customerId) => {
    expect(resolve(ids, known)).toEqual({ customerId });
  });

  it('a user and a visitor in one call are linked, and the visitor is absorbed', () => {
    expect(resolve({ userId: 'ada', anonymousId: 'v1' })).toEqual({
      customerId: 'ada',
      link: { key: 'anonymous:v1', customerId: 'ada', expected: null },
      absorb: 'anon~v1',
    });
  });

  it('a device that changes hands is linked anew, and nobody absorbs the one before', () => {
    const known = { links: { 'anonymous:v1': 'ada' }, customers: ['ada'] };
    expect(resolve({ userId: 'bob', anonymousId: 'v1' }, known)).toEqual({
      customerId: 'bob',
      link: { key: 'anonymous:v1', customerId: 'bob', expected: 'ada' },
    });
  });

  it.each<[string, Known, IdentityKey, string]>([
    ['known as a user is that user', { customers: ['p'] }, 'user:p', 'p'],
    ['never heard of is a visitor', {}, 'anonymous:p', 'anon~p'],
    ['known as a visitor is that visitor', { customers: ['anon~p'] }, 'anonymous:p', 'anon~p'],
  ])('the previous id of an alias that is %s', (_, known, key, absorb) => {
    expect(resolve({ userId: 'ada', previousId: 'p', anonymousId: 'v1' }, known)).toEqual({
      customerId: 'ada',
      link: { key, customerId: 'ada', expected: null },
      absorb,
    });
  });

  it('an alias of a user who was linked before moves the link', () => {
    expect(resolve({ userId: 'ada', previousId: 'p' }, { links: { 'user:p': 'bob' } })).toEqual({
      customerId: 'ada',
      link: { key: 'user:p', customerId: 'ada', expected: 'bob' },
    });
  });

  it('an alias of a user with herself changes nothing', () => {
    expect(resolve({ userId: 'ada', previousId: 'ada' }, { customers: ['ada'] })).toEqual({ customerId: 'ada' });
  });

  it('an alias back to an id that was given up stays with the one it was given up for', () => {
    const known = { links: { 'user:old': 'ada' }, customers: ['ada', 'old'] } satisfies Known;
    expect(resolve({ userId: 'old', previousId: 'ada' }, known)).toEqual({ customerId: 'ada' });
  });
});

describe('links', () => {
  const readFrom = (links: Partial<Record<IdentityKey, string>>) => {
    const asked: IdentityKey[][] = [];
    const read = async (keys: readonly IdentityKey[]): Promise<Map<IdentityKey, CustomerId>> => {
      asked.push([...keys]);
      return new Map(keys.flatMap((key) => (links[key] === undefined ? [] : [[key, customer(links[key])] as const])));
    };
    return { asked, read };
  };

  it('are read once where they lead nowhere or to a user who was asked for', async () => {
    const { asked, read } = readFrom({ 'anonymous:v1': 'ada' });
    expect(await linksBehind(['user:ada', 'anonymous:v1', 'anonymous:v2'], read)).toEqual(
      new Map([['anonymous:v1', 'ada']]),
    );
    expect(asked).toEqual([['user:ada', 'anonymous:v1', 'anonymous:v2']]);
  });

  it('are read to their end', async () => {
    const { asked, read } = readFrom({ 'anonymous:v1': 'old', 'user:old': 'ada' });
    expect(await linksBehind(['anonymous:v1'], read)).toEqual(
      new Map([
        ['anonymous:v1', 'old'],
        ['user:old', 'ada'],
      ]),
    );
    expect(asked).toEqual([['anonymous:v1'], ['user:old'], ['user:ada']]);
  });

  it('in a circle, which two aliases at once can make, come to an end (P6)', async () => {
    const circle = { 'user:ada': 'bob', 'user:bob': 'ada' } as const;
    const { asked, read } = readFrom(circle);
    expect((await linksBehind(['user:ada'], read)).size).toBe(2);
    expect(asked).toHaveLength(2);
    expect(['ada', 'bob']).toContain(resolve({ userId: 'ada' }, { links: circle }).customerId);
  });

  it('are not followed for ever (P6)', async () => {
    const chain = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`user:u${i}`, `u${i + 1}`]));
    const { asked, read } = readFrom(chain);
    const links = await linksBehind(['user:u0'], read);
    expect(asked).toHaveLength(LINKS_MAX);
    expect(resolve({ userId: 'u0' }, { links: Object.fromEntries(links) }).customerId).toBe(`u${LINKS_MAX}`);
  });
});

describe('identity keys', () => {
  it('are those of every id of the event, a previous id being either', () => {
    expect(identityKeys(aRawEvent({ userId: 'u', anonymousId: 'a', previousId: 'p' }))).toEqual([
      'user:u',
      'anonymous:a',
      'user:p',
      'anonymous:p',
    ]);
  });

  it.each<[IdentityKey, string]>([
    ['user:ada', 'ada'],
    ['anonymous:v1', 'anon~v1'],
    ['user:a:b:c', 'a:b:c'],
    ['anonymous:a:b', 'anon~a:b'],
  ])('%s stands for %s', (key, id) => {
    expect(customerOfKey(key)).toBe(id);
  });
});
