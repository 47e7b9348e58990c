import { describe, expect, it } from '@jest/globals';
import type { Content, RenderedContent } from '@waymark/contracts';
import { compileContent, type ContentScope } from './compile-content.js';

const ADA = {
  customer: { traits: { firstName: 'Ada', plan: null, tags: ['a', 'b'] } },
  now: '2026-05-04T21:30:00.000Z',
};
const HOSTILE = { customer: { traits: { firstName: `<img src=x onerror="alert('hi')"> & co` } } };

async function rendered(content: Content, scope: ContentScope = ADA): Promise<RenderedContent> {
  return (await compileContent(content)).render(scope);
}

const text = async (source: string, scope?: ContentScope) => (await rendered({ text: source }, scope)).text;
const invalid = (message: string | RegExp) =>
  expect.objectContaining({ code: 'INVALID_RESOURCE', message: expect.stringMatching(message) });

describe('content', () => {
  const hello = 'Hello {{ customer.traits.firstName }}';

  it.each(['subject', 'html', 'text', 'body'] as const)(
    'has Liquid in its %s, and only the fields it was given',
    async (field) => {
      expect(await rendered({ [field]: hello })).toEqual({ [field]: 'Hello Ada' });
    },
  );

  it('is rendered in all its fields at once', async () => {
    expect(
      await rendered({ subject: hello, html: `<b>${hello}</b>`, text: hello, body: hello, json: { hello } }),
    ).toEqual({
      subject: 'Hello Ada',
      html: '<b>Hello Ada</b>',
      text: 'Hello Ada',
      body: 'Hello Ada',
      json: { hello: 'Hello Ada' },
    });
  });

  it('is compiled once and rendered for each scope on its own', async () => {
    const content = await compileContent({ text: '{% assign n = customer.id %}{{ n }}{% increment seen %}' });
    expect(['a', 'b'].map((id) => content.render({ customer: { id } }).text)).toEqual(['a0', 'b0']);
  });

  it('shows nothing where there is nothing, and the default where one is given', async () => {
    expect(await text('[{{ customer.traits.none.deeper }}]')).toBe('[]');
    expect(await text("{{ customer.traits.none | default: 'friend' }}")).toBe('friend');
    expect(await text("{{ customer.traits.plan | default: 'basic' }}")).toBe('basic');
  });
});

describe('what customers have typed', () => {
  it('is text and never markup in HTML', async () => {
    const { html } = await rendered(
      { html: '<p title="{{ customer.traits.firstName }}">{{ customer.traits.firstName }}</p>' },
      HOSTILE,
    );
    const escaped = '&lt;img src=x onerror=&#34;alert(&#39;hi&#39;)&#34;&gt; &amp; co';
    expect(html).toBe(`<p title="${escaped}">${escaped}</p>`);
  });

  it('is text and never markup in HTML made of MJML', async () => {
    const mjml =
      '<mjml><mj-body><mj-section><mj-column><mj-text>{{ customer.traits.firstName }}</mj-text></mj-column></mj-section></mj-body></mjml>';
    const { html } = await rendered({ mjml }, HOSTILE);
    expect(html).toContain('&lt;img src=x onerror=');
    expect(html).not.toContain('<img src=x');
  });

  it('is never Liquid', async () => {
    expect(await text('{{ customer.name }}', { customer: { name: '{{ customer.secret }}', secret: 's' } })).toBe(
      '{{ customer.secret }}',
    );
  });

  it('is left as it is where there is no markup', async () => {
    const {
      subject,
      text: plain,
      json,
    } = await rendered({ subject: '{{ x }}', text: '{{ x }}', json: ['{{ x }}'] }, { x: 'Fish & "Chips"' });
    expect([subject, plain, json]).toEqual(['Fish & "Chips"', 'Fish & "Chips"', ['Fish & "Chips"']]);
  });
});

describe('MJML', () => {
  it.each(['', 'hello', '<mjml>', '<mjml><mj-nope', '<html></html>'])(
    'is refused where it is no document: %j',
    async (mjml) => {
      await expect(compileContent({ mjml })).rejects.toEqual(invalid(/^mjml: ./));
    },
  );

  const mail = (body: string) => `<mjml>\n<mj-body>\n${body}\n</mj-body>\n</mjml>`;

  it('becomes HTML, with Liquid in it', async () => {
    const mjml = mail(
      '<mj-section><mj-column><mj-button href="https://shop.example/{{ customer.traits.firstName }}">Go</mj-button></mj-column></mj-section>',
    );
    const { html, ...others } = await rendered({ mjml });
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).toContain('href="https://shop.example/Ada"');
    expect(html).not.toContain('<mj-');
    expect(others).toEqual({});
  });

  it.each([
    [
      'an unknown element',
      '<mj-section><mj-column><mj-txt>Hi</mj-txt></mj-column></mj-section>',
      /^mjml: line 3: .*mj-txt/,
    ],
    [
      'an unknown attribute',
      '<mj-section>\n<mj-column\nweight="3"></mj-column></mj-section>',
      /^mjml: line [345]: .*weight/,
    ],
  ])('with %s is refused, with the line', async (_, body, message) => {
    await expect(compileContent({ mjml: mail(body) })).rejects.toEqual(invalid(message));
  });

  it('takes in no files', async () => {
    const { html } = await rendered({ mjml: mail('<mj-include path="package.json" /><mj-section></mj-section>') });
    expect(html).not.toContain('waymark');
  });
});

describe('JSON', () => {
  it('is a value whose strings are Liquid, at any depth; everything else stays what it is', async () => {
    const json = {
      a: ['{{ customer.traits.firstName }}', 1, true, null, { b: 'x{{ customer.traits.tags | join: "-" }}' }],
      n: 0.5,
    };
    expect((await rendered({ json })).json).toEqual({ a: ['Ada', 1, true, null, { b: 'xa-b' }], n: 0.5 });
  });

  it('keeps a string a string, even if it looks like a number', async () => {
    expect((await rendered({ json: { n: '{{ n }}' } }, { n: 42 })).json).toEqual({ n: '42' });
  });

  it.each([
    ['an object', '{ "n": {{ n }}, "name": {{ name | json }} }', { n: 42, name: 'A "B"' }, { n: 42, name: 'A "B"' }],
    [
      'a list made in a loop',
      '[{% for i in list %}{{ i }}{% unless forloop.last %},{% endunless %}{% endfor %}]',
      { list: [1, 2] },
      [1, 2],
    ],
    ['nothing', 'null', {}, null],
  ])('is one Liquid string that renders to %s', async (_, json, scope, expected) => {
    expect((await rendered({ json }, scope)).json).toEqual(expected);
  });

  it('that renders to what is no JSON is invalid', async () => {
    await expect(rendered({ json: '{ "n": {{ none }} }' })).rejects.toEqual(
      invalid(/^json: what it renders to is not JSON/),
    );
  });

  it('that is falsy is still there', async () => {
    expect(await rendered({ json: null })).toEqual({ json: null });
    expect(await rendered({ json: 0 })).toEqual({ json: 0 });
  });

  it('keeps a key that means something to JavaScript a key', async () => {
    const json = JSON.parse('{ "__proto__": "{{ x }}" }') as Content['json'];
    const { json: value } = await rendered({ json }, { x: 'own' });
    expect(JSON.stringify(value)).toBe('{"__proto__":"own"}');
  });
});

describe('content that is wrong', () => {
  it.each([
    ['subject', { subject: '{{ customer.' }, /^subject: .*/],
    ['html', { html: '{% if x %}' }, /^html: .*not closed/],
    ['text', { text: '{% nonsense %}' }, /^text: .*nonsense/],
    ['json', { json: { a: ['{{ x'] } }, /^json: .*/],
  ])('names the field: %s', async (_, content, message) => {
    await expect(rendered(content)).rejects.toEqual(invalid(message));
  });

  it('is a filter that does not exist, even where nothing is to be shown', async () => {
    await expect(text('{{ none | shout }}')).rejects.toEqual(invalid(/^text: undefined filter: shout/));
  });

  it.each([['include'], ['render'], ['layout']])('is to take in a file of the machine by %s', async (tag) => {
    await expect(text(`{% ${tag} 'package.json' %}`)).rejects.toEqual(
      invalid(new RegExp(`^text: tag "${tag}" not found`)),
    );
  });
});

describe('the limits of one render', () => {
  const nested = '{% for a in l %}{% for b in l %}{% for c in l %}.{% endfor %}{% endfor %}{% endfor %}';
  const l = Array.from({ length: 1_000 }, () => 1);

  it.each([
    ['loops within loops', nested, /render limit exceeded/],
    ['empty loops within loops', nested.replace('.', ''), /render limit exceeded/],
    ['a range without end', '{% for i in (1..1000000000) %}.{% endfor %}', /memory alloc limit exceeded/],
    [
      'a text that doubles',
      '{% assign s = "x" %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}',
      /memory alloc limit exceeded/,
    ],
  ])('stop %s', async (_, source, message) => {
    await expect(text(source, { l })).rejects.toEqual(invalid(message));
  });

  it('count what is done and not the time that goes by: a process may have to stand still', async () => {
    const { now } = performance;
    let hours = 0;
    performance.now = () => (hours += 1) * 3_600_000;
    try {
      expect(await text('{% for tag in customer.traits.tags %}{{ tag }}{% endfor %}')).toBe('ab');
    } finally {
      performance.now = now;
    }
  });

  it('refuse a template beyond all size when it is compiled', async () => {
    await expect(compileContent({ text: 'x'.repeat(500_001) })).rejects.toEqual(invalid(/parse length limit exceeded/));
  });
});

describe('what a template can read', () => {
  it.each([
    '{{ customer.constructor }}',
    '{{ customer.constructor.name }}',
    '{{ customer.__proto__ }}',
    '{{ customer.toString }}',
    '{{ customer.hasOwnProperty }}',
    '{{ "text".constructor.constructor }}',
    '{{ customer.traits.tags.map }}',
    '{{ customer["constructor"]["prototype"] }}',
    '{{ process.env.HOME }}{{ globalThis }}{{ require }}',
  ])('is plain data and no prototype: %s', async (source) => {
    expect(await text(source)).toBe('');
  });

  it.each([
    ['{{ "now" | date: "%Y-%m-%d %H:%M" }}', '2026-05-04 21:30'],
    ['{{ "today" | date_to_string }}', '04 May 2026'],
    ['{{ "now" | date_to_xmlschema }}', '2026-05-04T21:30:00+00:00'],
    ['{{ now | date: "%Y-%m-%d" }}', '2026-05-04'],
    ['{{ now | date: "%d %H:%M", "Asia/Tokyo" }}', '05 06:30'],
    ['{{ "2026-05-04T23:00:00+02:00" | date: "%H:%M %z" }}', '21:00 +0000'],
  ])('is the moment it is rendered for, never the clock or the zone of the machine: %s', async (source, expected) => {
    expect(await text(source)).toBe(expected);
  });
});
