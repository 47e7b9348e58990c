import { describe, expect, it } from '@jest/globals';
import { aChannel } from '../testing/samples.js';
import { shownChannel } from './shown-channel.js';

describe('a channel as it is shown', () => {
  it.each([
    [
      { url: '{{ env.SMTP_URL }}', secret: '{{ env.SECRET }}' },
      { url: '{{ env.SMTP_URL }}', secret: '{{ env.SECRET }}' },
    ],
    [
      { url: 'smtp://shop:password@mail.example:587', secret: 'sesame' },
      { url: 'smtp://***@mail.example:587', secret: '***' },
    ],
    [{ url: 'https://partner.example/a@b' }, { url: 'https://partner.example/a@b' }],
  ])('%j', (written, shown) => {
    expect(shownChannel(aChannel(written))).toEqual(aChannel(shown));
  });
});
