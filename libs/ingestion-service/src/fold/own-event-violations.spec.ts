import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@waymark/contracts';
import { ownEventViolations } from './own-event-violations.js';

const CONSENT = { channel: 'email', purpose: 'marketing', status: 'granted' };
const AGENCY = { category: 'baskets', level: 'coach' };
const CHANNEL = 'channel must be the id of a channel, which has 1 to 63 small letters, digits and hyphens';
const CATEGORY = 'category must be * or the id of a category, which has 1 to 63 small letters, digits and hyphens';
const PURPOSE = 'purpose must be one of marketing, service';
const STATUS = 'status must be one of granted, denied, withdrawn';
const LEVEL = 'level must be one of respond, curate, coach, automate';

describe('what the platform does not understand of consents and agency (R73)', () => {
  it.each<[string, JsonObject, string[]]>([
    ['Consent Updated', CONSENT, []],
    ['Consent Updated', { ...CONSENT, purpose: 'service', status: 'withdrawn', form: 'footer' }, []],
    ['Consent Updated', { ...CONSENT, purpose: 'Marketing' }, [PURPOSE]],
    ['Consent Updated', { ...CONSENT, status: 'opted-in' }, [STATUS]],
    ['Consent Updated', { ...CONSENT, status: true }, [STATUS]],
    ['Consent Updated', { ...CONSENT, channel: 'E-Mail' }, [CHANNEL]],
    ['Consent Updated', { ...CONSENT, channel: null }, [CHANNEL]],
    ['Consent Updated', { ...CONSENT, channel: 'constructor' }, [CHANNEL]],
    ['Consent Updated', {}, [CHANNEL, PURPOSE, STATUS]],
    ['Agency Updated', AGENCY, []],
    ['Agency Updated', { ...AGENCY, source: 'settings' }, []],
    ['Agency Updated', { ...AGENCY, category: '*' }, []],
    ['Consent Updated', { ...CONSENT, channel: '*' }, [CHANNEL]],
    ['Agency Updated', { ...AGENCY, level: 'full' }, [LEVEL]],
    ['Agency Updated', { level: 'coach' }, [CATEGORY]],
    ['Agency Updated', { ...AGENCY, category: 7 }, [CATEGORY]],
    ['Order Completed', {}, []],
  ])('%s with %j: %j', (name, properties, violations) => {
    expect(ownEventViolations(name, properties)).toEqual(violations);
  });
});
