import { createLogger, type Logger } from '../create-logger.js';

export interface CapturedLine extends Record<string, unknown> {
  level: number;
  msg: string;
}

/** A real logger whose lines are kept. */
export function captureLog(level = 'trace'): { logger: Logger; lines: CapturedLine[]; text: () => string } {
  const written: string[] = [];
  const lines: CapturedLine[] = [];
  const write = (line: string): void => {
    written.push(line);
    lines.push(JSON.parse(line) as CapturedLine);
  };
  return {
    logger: createLogger({ level, pretty: false, destination: { write } }),
    lines,
    text: () => written.join(''),
  };
}
