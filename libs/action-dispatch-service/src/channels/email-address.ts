import type { CustomerContext } from '@waymark/customer-context';

/** One address and nothing else: no list, no name, no line break that could begin a header of its own. */
const ADDRESS = /^[^\s,;:<>"()[\]\\@]+@[^\s,;:<>"()[\]\\@]+$/;

/** The customer's e-mail address (`traits.email`), if it is one a mail can be sent to. */
export function emailAddressOf({ traits }: CustomerContext): string | undefined {
  const email = traits['email'];
  return typeof email === 'string' && ADDRESS.test(email) ? email : undefined;
}
