import pc from 'picocolors';

/** Prints data: JSON for machines, lines for people. Data goes to standard output, everything else to standard error. */
export function print(data: unknown, { json, text }: { json: boolean | undefined; text: () => string }): void {
  process.stdout.write(`${json === true ? JSON.stringify(data, null, 2) : text()}\n`);
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function complain(line: string): void {
  process.stderr.write(`${pc.red('✗')} ${line}\n`);
}
