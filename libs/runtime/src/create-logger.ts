import { pino, type DestinationStream, type Logger } from 'pino';

/** What may never be in a log line, whatever is logged: secrets, and personal data that a careless object could carry. */
const REDACTED = [
  'authorization',
  'writeKey',
  'adminToken',
  'tokens',
  'databaseUrl',
  'password',
  'email',
  'phone',
  'traits',
  'properties',
].flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

export interface LoggerOptions {
  level: string;
  /** Readable lines instead of JSON; for a terminal. */
  pretty: boolean;
  /** Where JSON lines go; standard error by default. */
  destination?: DestinationStream;
}

/** The process's logger: JSON lines on standard error, so that standard output stays for data. */
export function createLogger({ level, pretty, destination }: LoggerOptions): Logger {
  const options = {
    level,
    redact: { paths: REDACTED, censor: '***' },
    base: undefined,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  };
  if (!pretty) return pino(options, destination ?? pino.destination({ dest: 2, sync: false }));
  return pino({
    ...options,
    transport: {
      target: 'pino-pretty',
      options: { destination: 2, translateTime: 'HH:MM:ss', ignore: 'pid,hostname' },
    },
  });
}

export type { Logger };
