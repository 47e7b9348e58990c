const NAMES: Readonly<Record<string, string>> = {
  double: 'a number',
  int: 'a whole number',
  uint: 'a whole number',
  string: 'a text',
  bool: 'true or false',
  'google.protobuf.Timestamp': 'a time',
  'google.protobuf.Duration': 'a span of time',
};
const NUMBERS = new Set(['double', 'int', 'uint']);

/** A CEL type as a marketer calls it. */
export function typeInWords(type: string): string {
  return NAMES[type] ?? (/^list/.test(type) ? 'a list' : /^map/.test(type) ? 'a group of values' : type);
}

/** What CEL says of operands that do not go together, with what was most likely meant; any other text as it is. */
export function overloadInWords(summary: string): string {
  const [, left, operator, right] = /^no such overload: (.+) (\S+) (.+)$/.exec(summary) ?? [];
  if (left === undefined || operator === undefined || right === undefined) return summary;
  return `${operator} does not take ${typeInWords(left)} and ${typeInWords(right)}${hint(left, right)}`;
}

function hint(left: string, right: string): string {
  if (left === 'string' && right !== 'string') return '; a text is written in quotes';
  if (right !== 'string') return '';
  if (NUMBERS.has(left)) return '; a number is written without quotes';
  if (left === 'bool') return '; true and false are written without quotes';
  return left === 'google.protobuf.Timestamp' ? '; a time is written timestamp("2026-03-27T17:00:00Z")' : '';
}
