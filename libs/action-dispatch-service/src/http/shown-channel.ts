import type { Channel } from '@waymark/contracts';

const REFERENCE = /^\s*\{\{\s*env\.\w+\s*\}\}\s*$/;
const USER_INFO = /\/\/[^/@\s]+@/;

/** A channel as it may be shown: references stay, a secret somebody wrote in place does not. */
export function shownChannel(channel: Channel): Channel {
  const { url, secret } = channel;
  return {
    ...channel,
    ...(url !== undefined && { url: url.replace(USER_INFO, '//***@') }),
    ...(secret !== undefined && { secret: REFERENCE.test(secret) ? secret : '***' }),
  };
}
