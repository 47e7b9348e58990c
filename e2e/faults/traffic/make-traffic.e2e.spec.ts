import { describe, expect, it } from '@jest/globals';
import { effectsOf } from '../ledger/expected-effects.js';
import { LINKS, makeTraffic, type Call } from './make-traffic.js';

const calls = makeTraffic({ seed: 3, count: 1_000 });

function linksOf({ said }: Call): { chain: string; link: string }[] {
  return said.type === 'track' && said.event === 'Chain Link' ? [said.properties] : [];
}

describe('makeTraffic', () => {
  it('makes the same calls for the same seed, each with an id of its own', () => {
    expect(makeTraffic({ seed: 3, count: 1_000 })).toEqual(calls);
    expect(makeTraffic({ seed: 4, count: 1_000 })).not.toEqual(calls);
    expect(new Set(calls.map(({ messageId }) => messageId)).size).toBe(calls.length);
  });

  it('ends every chain that it begins, link by link', () => {
    const begun = calls.filter(({ said }) => said.type === 'track' && said.event === 'Chain Begun').length;
    const links = calls.flatMap(linksOf);
    const chains = new Set(links.map(({ chain }) => chain));
    expect(chains.size).toBe(begun);
    for (const each of chains)
      expect(links.filter(({ chain }) => chain === each).map(({ link }) => link)).toEqual(LINKS);
  });

  it('asks for every kind of effect, and for none twice', () => {
    const effects = calls.flatMap(effectsOf).map(({ id }) => id);
    expect(new Set(effects).size).toBe(effects.length);
    for (const kind of ['receipt', 'reminder', 'echo', 'mail', 'offer', 'chain'])
      expect(effects.filter((id) => id.startsWith(`${kind}/`)).length).toBeGreaterThan(10);
  });
});
