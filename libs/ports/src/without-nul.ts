/** A text as a store keeps it: no database keeps NUL, which customers and providers may send; U+FFFD stands for it. */
export function withoutNul(text: string): string {
  return text.replaceAll('\u0000', '\ufffd');
}
