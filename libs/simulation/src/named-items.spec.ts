import { describe, expect, it } from '@jest/globals';
import { NamedItems } from './named-items.js';

describe('NamedItems', () => {
  it('gives what came since, wherever it stands', () => {
    const named = new NamedItems<'sent'>();
    named.name('sent', [{ customer: 'bob' }]);
    expect(named.unnamed('sent', [{ customer: 'ada' }, { customer: 'bob' }])).toEqual([{ customer: 'ada' }]);
  });

  it('counts equal items', () => {
    const named = new NamedItems<'sent'>();
    named.name('sent', [{ customer: 'ada' }]);
    expect(named.unnamed('sent', [{ customer: 'ada' }, { customer: 'ada' }])).toEqual([{ customer: 'ada' }]);
  });
});
