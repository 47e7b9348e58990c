import { describe, expect, it } from '@jest/globals';
import { SERVICES } from '@waymark/contracts';
import { play, welcomeWith } from './testing/play.js';

/** Each entry but the last, which only expects. */
const MOMENTS = [0, 1, 2, 3];
const CRASHES = SERVICES.flatMap((crash) => MOMENTS.map((moment) => ({ crash, moment })));

describe('a crash between a save and its publication changes nothing that can be seen (P1, P3)', () => {
  it.each(CRASHES)('$crash, before entry $moment', async ({ crash, moment }) => {
    const timeline: object[] = [
      { track: { customer: 'ada', event: 'Signed Up', messageId: 'm-1' } },
      { after: 'PT59M', track: { customer: 'ada', event: 'Signed Up', messageId: 'm-1' } },
      { after: 'PT1M' },
      { after: 'P1D' },
      {
        expect: {
          sent: [{ customer: 'ada', step: 'greet', at: '2026-05-04T09:00:00Z' }],
          events: [{ event: 'Welcome Counted' }],
          finished: [{ customer: 'ada', reason: 'finished' }],
          refused: [],
          suppressed: [],
          deadLetters: [],
          traits: { ada: { welcomed: true } },
        },
      },
    ];
    timeline.splice(moment, 0, { crash });
    expect(await play(timeline)).toEqual({ passed: true, message: '' });
  });

  it('does not send again blindly to a provider that honours no keys: the message counts as handed over (R42)', async () => {
    const result = await play(
      [
        { track: { customer: 'ada', event: 'Signed Up' } },
        { after: 'PT30M', crash: 'action-dispatch' },
        {
          after: 'P1D',
          expect: {
            sent: [],
            events: [{ event: 'Welcome Counted' }],
            finished: [{ customer: 'ada', reason: 'finished' }],
          },
        },
      ],
      { files: { 'welcome.journey.yaml': welcomeWith('channel: hook', 'channel: blunt') } },
    );
    expect(result).toEqual({ passed: true, message: '' });
  });
});
