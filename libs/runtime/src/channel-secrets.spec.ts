import { describe, expect, it } from '@jest/globals';
import { channelSecrets } from './channel-secrets.js';
import { parseConfig } from './parse-config.js';

const ENV = {
  SMTP_URL: 'smtp://mail',
  CHANNEL_PARTNER_URL: 'https://partner.example',
  CHANNEL: 'x',
  DATABASE_URL: 'postgres://secret',
  WAYMARK_ADMIN_TOKEN: 'a-token-nobody-sees',
  CLOUD_KEY: 'secret',
};

describe('what channels may refer to', () => {
  it.each([
    ['SMTP_URL', 'smtp://mail'],
    ['CHANNEL_PARTNER_URL', 'https://partner.example'],
    ['CHANNEL_NOT_SET', undefined],
    ['CHANNEL', undefined],
    ['DATABASE_URL', undefined],
    ['WAYMARK_ADMIN_TOKEN', undefined],
    ['CLOUD_KEY', undefined],
    ['constructor', undefined],
  ])('%s is %s by default', (name, value) => {
    expect(channelSecrets(parseConfig({}), ENV)(name)).toBe(value);
  });

  it('is what the operator names, and nothing else then', () => {
    const secrets = channelSecrets(parseConfig({ WAYMARK_CHANNEL_VARIABLES: 'CLOUD_KEY, MAIL_*' }), {
      ...ENV,
      MAIL_URL: 'm',
    });
    expect(['CLOUD_KEY', 'MAIL_URL', 'SMTP_URL'].map(secrets)).toEqual(['secret', 'm', undefined]);
  });
});
