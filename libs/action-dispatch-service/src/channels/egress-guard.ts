import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Keeps webhooks from reaching into the company's own network: an address must be public, or in a CIDR that the operator
 * allows. It is checked after the name is resolved, on the very address that is connected to.
 */
export class EgressGuard {
  readonly #allowed: readonly (readonly [ipaddr.IPv4 | ipaddr.IPv6, number])[];

  constructor(allowedCidrs: readonly string[]) {
    this.#allowed = allowedCidrs.map((cidr) => ipaddr.parseCIDR(cidr));
  }

  isAllowed(address: string): boolean {
    const ip = ipaddr.process(address);
    if (ip.range() === 'unicast') return true;
    return this.#allowed.some(
      ([network, bits]) => ip.kind() === network.kind() && ip.match([network, bits] as [ipaddr.IPv4, number]),
    );
  }

  /** A resolver for connections: answers only with addresses that may be reached. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '', 0);
      const allowed = addresses.filter(({ address }) => this.isAllowed(address));
      if (allowed.length === 0) return callback(new EgressRefused(hostname), '', 0);
      if (options.all) return (callback as unknown as (e: null, all: LookupAddress[]) => void)(null, allowed);
      callback(null, allowed[0]!.address, allowed[0]!.family);
    });
  };
}

/** A webhook's host is not one that may be reached. */
export class EgressRefused extends Error {
  constructor(host: string) {
    super(`${host} is not a public address; an operator can allow its network by WAYMARK_EGRESS_ALLOW`);
    this.name = 'EgressRefused';
  }
}
