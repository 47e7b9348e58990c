import { StringDecoder } from 'node:string_decoder';

/** More characters of one line than this are not kept: it is no call, however it goes on. */
const LINE_CHARS_MAX = 256 * 1024;

/** The lines of a text that comes in pieces; a line too long to be one is cut, so that no more than a piece and a line are held. */
export async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + decoder.write(piece)).split('\n');
    rest = lines.pop()!.slice(0, LINE_CHARS_MAX);
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  rest += decoder.end();
  if (rest !== '') yield rest;
}
