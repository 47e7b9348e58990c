import type { WorkspaceFile } from '../parse-files.js';

/** A small workspace without mistakes; the tests put one mistake at a time into it. */
export const SAMPLE: Readonly<Record<string, string>> = {
  'cart.journey.yaml': `kind: journey
id: cart
entry: { event: Product Added, where: event.properties.price >= 20.0 }
goal: { event: Order Completed, value: event.properties.revenue }
start: hesitating
steps:
  hesitating:
    kind: await
    any:
      - { id: bought, event: Order Completed, next: done }
    timeout: { after: PT1H, next: which }
  which:
    kind: branch
    when: [ { id: loyal, if: customer.orders.count >= 1, next: offer } ]
    default: remind
  remind:
    kind: act
    channel: email
    template: reminder
    next: rest
  rest: { kind: wait, for: P1D, at: "09:00", zone: customer, next: offer }
  offer: { kind: decide, slot: cart, offers: { categories: [retention] }, next: done }
  done: { kind: exit, reason: finished }
`,
  'product-added.event.yaml': `kind: event
id: product-added
name: Product Added
properties: { type: object, properties: { price: { type: number }, cart_id: { type: string } } }
`,
  'profile.yaml': `kind: profile
id: profile
traits: { type: object, properties: { firstName: { type: string } } }
`,
  'email.channel.yaml': `kind: channel
id: email
type: smtp
url: "{{ env.SMTP_URL }}"
`,
  'hook.channel.yaml': `kind: channel
id: hook
type: webhook
url: https://partner.example/in
secret: "{{ env.HOOK_SECRET }}"
`,
  'reminder.template.yaml': `kind: template
id: reminder
channel: email
subject: "{{ customer.traits.firstName | default: 'Hello' }}, still thinking?"
mjml: ./reminder.mjml
`,
  'reminder.mjml': '<mjml><mj-body><mj-text>Your cart waits.</mj-text></mj-body></mjml>',
  'free-shipping.offer.yaml': `kind: offer
id: free-shipping
category: retention
strategy: curate
value: 4.0
eligible: customer.orders.count >= 1
channels: [ { channel: email, template: reminder } ]
`,
  'loyal.segment.yaml': `kind: segment
id: loyal
if: customer.orders.count >= 5.0
`,
  'default.contact-policy.yaml': `kind: contact-policy
id: default
quietHours:
  zone: customer
  onMissingZone: { fixed: Europe/Paris }
  windows: [ { days: [mon, tue], from: "22:00", to: "06:00" } ]
caps:
  - { id: three-a-week, scope: global, limit: 3, window: { rolling: P7D } }
`,
};

/** The sample with some files written anew; undefined takes a file out. */
export function sampleWith(changes: Readonly<Record<string, string | undefined>>): WorkspaceFile[] {
  return Object.entries({ ...SAMPLE, ...changes }).flatMap(([path, text]) =>
    text === undefined ? [] : [{ path, text }],
  );
}

/** The sample with one text of one file replaced, and more files. Throws when the text is not there exactly once. */
export function sampleReplacing(
  path: string,
  from: string,
  to: string,
  more: Readonly<Record<string, string>> = {},
): WorkspaceFile[] {
  const text = SAMPLE[path]!;
  if (text.split(from).length !== 2) throw new Error(`"${from}" is not exactly once in ${path}`);
  return sampleWith({ ...more, [path]: text.replace(from, () => to) });
}
