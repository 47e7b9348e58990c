import { describe, expect, it } from '@jest/globals';
import { EgressGuard } from './egress-guard.js';

describe('EgressGuard', () => {
  it.each([
    ['93.184.216.34', true],
    ['2606:2800:220:1:248:1893:25c8:1946', true],
    ['127.0.0.1', false],
    ['10.0.0.1', false],
    ['172.16.0.1', false],
    ['192.168.1.1', false],
    ['100.64.0.1', false],
    ['169.254.169.254', false],
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::1', false],
    ['::', false],
    ['fe80::1', false],
    ['fd00::1', false],
    ['::ffff:10.0.0.1', false],
    ['64:ff9b::a00:1', false],
    ['2002:a00:1::', false],
  ])('%s may be reached: %s', (address, isAllowed) => {
    expect(new EgressGuard([]).isAllowed(address)).toBe(isAllowed);
  });

  it('reaches the networks an operator allows, and only those', () => {
    const guard = new EgressGuard(['10.1.0.0/16', 'fd00::/8']);
    expect(['10.1.2.3', '::ffff:10.1.2.3', 'fd12::1'].map((address) => guard.isAllowed(address))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['10.2.0.1', '127.0.0.1', '::1'].map((address) => guard.isAllowed(address))).toEqual([false, false, false]);
  });
});
