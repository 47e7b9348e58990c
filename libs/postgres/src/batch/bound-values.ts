const TEXT = 25;
const INT = 4;
const NULL = -1;

/**
 * A statement's values as the driver sends them without looking into them again: an array of strings in PostgreSQL's binary format
 * (for a `text[]`), since the driver's own text of it is each string escaped, quoted and parsed again by the server; numbers and
 * booleans, which need no escapes, joined. All else is left to the driver.
 */
export function boundValues(values: readonly unknown[]): unknown[] {
  return values.map((value) => (Array.isArray(value) ? boundArray(value) : value));
}

function boundArray(values: readonly unknown[]): unknown {
  const kind = typeof values.find((value) => value !== null);
  if (kind === 'string') return textArray(values as (string | null)[]);
  return kind === 'number' || kind === 'boolean' ? `{${values.map(String).join(',')}}` : values;
}

/** One dimension, whether there are nulls, the type of the elements, their number, the first index; then each with its length. */
function textArray(values: readonly (string | null)[]): Buffer {
  const lengths = values.map((value) => (value === null ? NULL : Buffer.byteLength(value)));
  const size = lengths.reduce((sum, length) => sum + INT + Math.max(length, 0), 5 * INT);
  const buffer = Buffer.allocUnsafe(size);
  let at = 0;
  for (const word of [1, values.includes(null) ? 1 : 0, TEXT, values.length, 1]) at = buffer.writeInt32BE(word, at);
  values.forEach((value, i) => {
    at = buffer.writeInt32BE(lengths[i]!, at);
    if (value !== null) at += buffer.write(value, at);
  });
  return buffer;
}
