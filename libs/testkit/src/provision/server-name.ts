/** The servers that tests stand on. */
export const SERVER_NAMES = ['postgres', 'redis', 'kafka'] as const;

export type ServerName = (typeof SERVER_NAMES)[number];
