import { pino, type Logger } from 'pino';

/** What may never be in a log line, whatever is logged: secrets, and personal data that a careless object could carry. */
const REDACTED = [
  'authorization',
  'writeKey',
  'adminToken',
  'password',
  'email',
  'traits',
  'properties',
  '*.authorization',
  '*.writeKey',
  '*.email',
  '*.traits',
  '*.properties',
];

export interface LoggerOptions {
  level: string;
  /** Readable lines instead of JSON; for a terminal. */
  pretty: boolean;
}

/** The process's logger: JSON lines on standard error, so that standard output stays for data. */
export function createLogger({ level, pretty }: LoggerOptions): Logger {
  const options = {
    level,
    redact: { paths: REDACTED, censor: '***' },
    base: undefined,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  };
  if (!pretty) return pino(options, pino.destination({ dest: 2, sync: false }));
  return pino({
    ...options,
    transport: {
      target: 'pino-pretty',
      options: { destination: 2, translateTime: 'HH:MM:ss', ignore: 'pid,hostname' },
    },
  });
}

export type { Logger };
