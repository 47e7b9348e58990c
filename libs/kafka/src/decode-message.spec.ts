import { describe, expect, it } from '@jest/globals';
import { decodeMessage } from './decode-message.js';
import { encodeRecord } from './encode-record.js';
import { message } from './testing/messages.js';

const AT = { topic: 'events', partition: 3 } as const;
const decoded = (over: Parameters<typeof message>[0]): ReturnType<typeof decodeMessage> =>
  decodeMessage(AT, message(over));

describe('decodeMessage', () => {
  it('gives what a message says', () => {
    const headers = { 'wm-seq': Buffer.from('12'), odd: Buffer.from('Zoë'), empty: Buffer.alloc(0) };
    expect(decoded({ offset: 7, key: Buffer.from('Zoë'), value: '{"a":1}', headers })).toEqual({
      topic: 'events',
      partition: 3,
      offset: 7,
      key: 'Zoë',
      value: '{"a":1}',
      headers: { 'wm-seq': '12', odd: 'Zoë', empty: '' },
    });
  });

  it('gives bytes that are not UTF-8 as base64', () => {
    const value = Buffer.from([0x7b, 0xff, 0x00]);
    expect(decoded({ offset: 0, value })).toMatchObject({ value: 'e/8A', encoding: 'base64' });
  });

  it('takes what is not there for something empty', () => {
    const record = decoded({ offset: 0, key: null, value: null, headers: { none: undefined } });
    expect(record).toMatchObject({ key: '', value: '', headers: { none: '' } });
    expect(record).not.toHaveProperty('encoding');
  });

  it('takes the last of a header that is given more than once, and loses what is no text', () => {
    const headers = { twice: [Buffer.from('a'), Buffer.from('b')], bytes: Buffer.from([0xff]) };
    expect(decoded({ offset: 0, key: Buffer.from([0xff]), headers })).toMatchObject({
      key: '\ufffd',
      headers: { twice: 'b', bytes: '\ufffd' },
    });
  });
});

describe('encodeRecord', () => {
  const to = { topic: 'waymark.events', partition: 3 };

  it('says where it goes, and what it takes at most', () => {
    const { message: encoded, ...rest } = encodeRecord(
      { topic: 'events', key: 'é', value: 'ß', headers: { a: 'ü' } },
      to,
    );
    expect(encoded).toEqual({ key: 'é', value: Buffer.from('ß'), partition: 3, headers: { a: 'ü' } });
    expect(rest).toEqual({ ...to, bytes: 40 + 2 + 2 + (10 + 1 + 2) });
  });

  it('gives base64 back as the bytes it was made of', () => {
    const { message: encoded } = encodeRecord({ topic: 'events', key: '', value: 'e/8A', encoding: 'base64' }, to);
    expect(encoded.value).toEqual(Buffer.from([0x7b, 0xff, 0x00]));
  });
});
