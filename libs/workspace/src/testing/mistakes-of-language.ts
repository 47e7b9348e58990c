import type { Mistake } from './mistakes-of-shape.js';

/** Conditions, content, schemas and secrets. */
export const MISTAKES_OF_LANGUAGE: readonly Mistake[] = [
  {
    what: 'a misspelt property',
    file: 'cart.journey.yaml',
    from: 'event.properties.price >= 20.0',
    to: 'event.properties.prise >= 20.0',
    errors: ['cart.journey.yaml:3:56 CONDITION there is no "prise" here; did you mean "price"?'],
  },
  {
    what: 'a misspelt variable',
    file: 'cart.journey.yaml',
    from: 'event.properties.price >= 20.0',
    to: 'evnt.properties.price >= 20.0',
    errors: [
      'cart.journey.yaml:3:39 CONDITION "evnt" is not known; a condition can read event, entry, customer, steps, now, and a text is written in quotes',
    ],
  },
  {
    what: 'a condition that is no CEL',
    file: 'cart.journey.yaml',
    from: 'event.properties.price >= 20.0',
    to: 'event.properties.price >=',
    errors: ['cart.journey.yaml:3:64 CONDITION not a CEL expression: Unexpected token: EOF'],
  },
  {
    what: 'a condition that is no condition',
    file: 'cart.journey.yaml',
    from: 'event.properties.price >= 20.0',
    to: 'event.properties.price',
    errors: ['cart.journey.yaml:3:39 CONDITION a condition must be true or false, this is a number'],
  },
  {
    what: 'types that do not go together',
    file: 'cart.journey.yaml',
    from: 'event.properties.price >= 20.0',
    to: 'event.properties.price >= "20"',
    errors: [
      'cart.journey.yaml:3:39 CONDITION >= does not take a number and a text; a number is written without quotes',
    ],
  },
  {
    what: 'a misspelt context key',
    file: 'free-shipping.offer.yaml',
    from: 'customer.orders.count',
    to: 'customer.orders.cuont',
    errors: ['free-shipping.offer.yaml:6:27 CONDITION there is no "cuont" here; did you mean "count"?'],
  },
  {
    what: 'a misspelt trait',
    file: 'free-shipping.offer.yaml',
    from: 'customer.orders.count >= 1',
    to: 'customer.traits.fristName == "Ada"',
    errors: ['free-shipping.offer.yaml:6:27 CONDITION there is no "fristName" here; did you mean "firstName"?'],
  },
  {
    what: 'Liquid that is not closed',
    file: 'reminder.template.yaml',
    from: "'Hello' }}",
    to: "'Hello' ",
    errors: [
      'reminder.template.yaml:4:11 TEMPLATE the subject is not valid Liquid: output "{{ customer.traits.firstName ..." not closed, line:1, col:1',
    ],
  },
  {
    what: 'a filter that is none',
    file: 'reminder.template.yaml',
    from: 'default:',
    to: 'defualt:',
    errors: [
      'reminder.template.yaml:4:11 TEMPLATE the subject is not valid Liquid: undefined filter: defualt, line:1, col:1',
    ],
  },
  {
    what: 'a file taken in by Liquid',
    file: 'reminder.template.yaml',
    from: 'mjml: ./reminder.mjml',
    to: 'html: "{% render \'footer\' %}"',
    errors: ['reminder.template.yaml:5:8 TEMPLATE the html is not valid Liquid: tag "render" not found, line:1, col:1'],
  },
  {
    what: 'a file that is not there',
    file: 'reminder.template.yaml',
    from: './reminder.mjml',
    to: './remainder.mjml',
    errors: [
      'reminder.template.yaml:5:7 UNKNOWN_REFERENCE there is no file ./remainder.mjml; did you mean reminder.mjml?',
    ],
  },
  {
    what: 'a mail without a subject',
    file: 'reminder.template.yaml',
    from: 'subject:',
    to: 'text:',
    errors: ['reminder.template.yaml:1:1 MISSING a mail needs a "subject"'],
  },
  {
    what: 'a mail without a body',
    file: 'reminder.template.yaml',
    from: 'mjml: ./reminder.mjml\n',
    to: '',
    errors: ['reminder.template.yaml:1:1 MISSING a mail needs one of "mjml", "html", "text", "body"'],
  },
  {
    what: 'a webhook without json',
    file: 'cart.journey.yaml',
    from: 'channel: email\n    template: reminder',
    to: 'channel: hook\n    content: { text: Hi }',
    errors: ['cart.journey.yaml:19:14 MISSING a webhook needs "json"'],
  },
  {
    what: 'a schema that is none',
    file: 'product-added.event.yaml',
    from: 'type: number',
    to: 'type: nubmer',
    errors: [
      'product-added.event.yaml:4:58 SCHEMA not a JSON Schema: "properties.properties.price.type" must be equal to one of the allowed values: array, boolean, integer, null, number, object, string',
    ],
  },
  {
    what: 'a pattern that is none',
    file: 'product-added.event.yaml',
    from: 'type: string',
    to: "type: string, pattern: '['",
    errors: [
      'product-added.event.yaml:4:13 SCHEMA not a JSON Schema: Invalid regular expression: /[/u: Unterminated character class',
    ],
  },
  {
    what: 'automate without automate',
    file: 'free-shipping.offer.yaml',
    from: 'strategy: curate',
    to: 'strategy: automate',
    errors: [
      'free-shipping.offer.yaml:4:11 MISSING an offer with the strategy "automate" needs "automate" with "undo"',
    ],
  },
  {
    what: 'a cap on an unknown channel',
    file: 'default.contact-policy.yaml',
    from: 'scope: global',
    to: 'scope: { channel: emial }',
    errors: ['default.contact-policy.yaml:8:43 UNKNOWN_REFERENCE there is no channel "emial"; did you mean "email"?'],
  },
  {
    what: 'a secret in the open',
    file: 'hook.channel.yaml',
    from: '{{ env.HOOK_SECRET }}',
    to: 's3cret',
    errors: ['hook.channel.yaml:5:10 INVALID_VALUE a secret is not written here but referred to: "{{ env.NAME }}"'],
  },
  {
    what: 'a password in an url',
    file: 'email.channel.yaml',
    from: '{{ env.SMTP_URL }}',
    to: 'smtp://me:s3cret@mail.example',
    errors: [
      'email.channel.yaml:4:7 INVALID_VALUE a url with a password is not written here but referred to: "{{ env.NAME }}"',
    ],
  },
  {
    what: 'an smtp channel without url',
    file: 'email.channel.yaml',
    from: 'url: "{{ env.SMTP_URL }}"\n',
    to: '',
    errors: ['email.channel.yaml:1:1 MISSING a channel of type smtp needs a "url"'],
  },
  ...[
    {
      what: 'an event in a segment',
      condition: 'event.properties.price > 5.0',
      error:
        '5 CONDITION a segment is about who a customer is at any moment: it can read customer and now, not "event"',
    },
    {
      what: 'a misspelt trait in a segment',
      condition: 'customer.traits.fristName == "Ada"',
      error: '21 CONDITION there is no "fristName" here; did you mean "firstName"?',
    },
    {
      what: 'all segments in a segment',
      condition: 'size(customer.segments) > 2',
      error:
        '19 CONDITION a segment asks for another one by its id, as in "vip" in customer.segments, and for nothing else of them',
    },
    {
      what: 'a second of the clock in a segment',
      condition: 'now.getSeconds() == 1',
      error:
        '5 CONDITION nobody can say in advance when what depends on "now" here changes: compare it with a time, as in now - customer.lastSeen.Visit > duration("720h"), or ask it for its hour or day',
    },
  ].map(({ what, condition, error }) => ({
    what,
    file: 'loyal.segment.yaml',
    from: 'customer.orders.count >= 5.0',
    to: condition,
    errors: [`loyal.segment.yaml:3:${error}`],
  })),
];
