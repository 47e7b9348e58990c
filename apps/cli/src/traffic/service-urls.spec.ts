import { describe, expect, it } from '@jest/globals';
import { parseServices, serviceUrls } from './service-urls.js';

describe('where services answer', () => {
  it('is one address for all, but for those that have their own', () => {
    const named = parseServices('personalization=http://p:8080,action-dispatch=http://a:8080/?x=1');
    expect(serviceUrls('http://entry', named)).toEqual({
      ingestion: 'http://entry',
      'journey-state': 'http://entry',
      personalization: 'http://p:8080',
      'action-dispatch': 'http://a:8080/?x=1',
    });
  });

  it.each(['kettle=http://k', 'personalization', 'personalization=', 'personalization=p:not a url', ''])(
    'is not understood when it says "%s"',
    (text) => {
      expect(() => parseServices(text)).toThrow(/service|URL/);
    },
  );
});
