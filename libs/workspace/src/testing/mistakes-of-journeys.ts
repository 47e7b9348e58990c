import type { Mistake } from './mistakes-of-shape.js';

/** What goes wrong in a journey: at its entry, goal and exits, then step by step. */
export const MISTAKES_OF_JOURNEYS: readonly Mistake[] = [
  {
    what: 'an entry of no kind',
    file: 'cart.journey.yaml',
    from: 'entry: { event: Product Added, where: event.properties.price >= 20.0 }',
    to: 'entry: { where: customer.orders.count >= 1 }',
    errors: [
      'cart.journey.yaml:3:1 MISSING an entry has one of event, segment, schedule, api, call; this one has none',
    ],
  },
  {
    what: 'an entry of two kinds',
    file: 'cart.journey.yaml',
    from: 'event: Product Added, where',
    to: 'event: Product Added, api: true, where',
    errors: [
      'cart.journey.yaml:3:1 INVALID_VALUE an entry has one of event, segment, schedule, api, call; this one has event and api',
    ],
  },
  {
    what: 'an entry by api that is not',
    file: 'cart.journey.yaml',
    from: 'entry: { event: Product Added,',
    to: 'entry: { api: false,',
    errors: ['cart.journey.yaml:3:15 INVALID_VALUE "entry.api" is false: it must be true'],
  },
  {
    what: 'an unknown segment',
    file: 'cart.journey.yaml',
    from: 'entry: { event: Product Added, where: event.properties.price >= 20.0 }',
    to: 'entry: { segment: { id: vip, on: entered } }',
    errors: ['cart.journey.yaml:3:25 UNKNOWN_REFERENCE there is no segment "vip"'],
  },
  {
    what: 'a segment that is neither entered nor left',
    file: 'cart.journey.yaml',
    from: 'entry: { event: Product Added, where: event.properties.price >= 20.0 }',
    to: 'entry: { segment: { id: vip, on: enter } }',
    errors: ['cart.journey.yaml:3:34 INVALID_VALUE "entry.segment.on" is "enter": it must be entered or left'],
  },
  {
    what: 'a schedule over an unknown segment, in a zone that is none',
    file: 'cart.journey.yaml',
    from: 'entry: { event: Product Added, where: event.properties.price >= 20.0 }',
    to: 'entry: { schedule: { cron: "0 9 * * mon", zone: Europe/Pariss, segment: vip } }',
    errors: [
      'cart.journey.yaml:3:49 INVALID_VALUE "Europe/Pariss" is not the zone of one clock, which a schedule has; use an IANA name such as Europe/Paris',
      'cart.journey.yaml:3:73 UNKNOWN_REFERENCE there is no segment "vip"',
    ],
  },
  {
    what: 're-entry with a misspelt interval',
    file: 'cart.journey.yaml',
    from: 'entry: { event: Product Added,',
    to: 'entry: { event: Product Added, reentry: { afterExit: { interval: P1D } },',
    errors: [
      'cart.journey.yaml:3:56 UNKNOWN_KEY "interval" is not a key of "entry.reentry.afterExit"; known keys are minInterval, from',
    ],
  },
  {
    what: 're-entry counted from neither',
    file: 'cart.journey.yaml',
    from: 'entry: { event: Product Added,',
    to: 'entry: { event: Product Added, reentry: { afterExit: { from: exits } },',
    errors: [
      'cart.journey.yaml:3:62 INVALID_VALUE "entry.reentry.afterExit.from" is "exits": it must be entry or exit; did you mean "exit"?',
    ],
  },
  {
    what: 'no instance at a time',
    file: 'cart.journey.yaml',
    from: 'entry: { event: Product Added,',
    to: 'entry: { event: Product Added, reentry: { always: { maxConcurrent: 0 } },',
    errors: ['cart.journey.yaml:3:68 INVALID_VALUE "entry.reentry.always.maxConcurrent" is 0: it must be at least 1'],
  },
  {
    what: 'an entry cap of none',
    file: 'cart.journey.yaml',
    from: 'entry: { event: Product Added,',
    to: 'entry: { event: Product Added, cap: { limit: 0, window: P1D },',
    errors: ['cart.journey.yaml:3:46 INVALID_VALUE "entry.cap.limit" is 0: it must be at least 1'],
  },
  {
    what: 'a misspelt correlation key',
    file: 'cart.journey.yaml',
    from: 'entry: { event: Product Added,',
    to: 'entry: { event: Product Added, correlate: event.properties.card_id,',
    errors: ['cart.journey.yaml:3:60 CONDITION there is no "card_id" here; did you mean "cart_id"?'],
  },
  {
    what: 'a string compared with a number',
    file: 'cart.journey.yaml',
    from: 'event.properties.price >= 20.0',
    to: 'event.properties.cart_id >= 20.0',
    errors: ['cart.journey.yaml:3:39 CONDITION >= does not take a text and a number; a text is written in quotes'],
  },
  {
    what: 'a number compared with a string of digits',
    file: 'cart.journey.yaml',
    from: 'event.properties.price >= 20.0',
    to: 'event.properties.price == "20"',
    errors: [
      'cart.journey.yaml:3:39 CONDITION == does not take a number and a text; a number is written without quotes',
    ],
  },
  {
    what: 'a condition with one equals sign',
    file: 'cart.journey.yaml',
    from: 'event.properties.price >= 20.0',
    to: 'event.properties.price = 20.0',
    errors: [
      'cart.journey.yaml:3:62 CONDITION not a CEL expression: Unexpected character: =; "is equal to" is written ==',
    ],
  },
  {
    what: 'a goal on a misspelt property',
    file: 'cart.journey.yaml',
    from: 'goal: { event: Order Completed, value: event.properties.revenue }',
    to: 'goal: { event: Product Added, where: event.properties.prize > 100.0 }',
    errors: ['cart.journey.yaml:4:55 CONDITION there is no "prize" here; did you mean "price"?'],
  },
  {
    what: 'a goal with a window that is none',
    file: 'cart.journey.yaml',
    from: 'goal: { event: Order Completed,',
    to: 'goal: { event: Order Completed, window: 7 days,',
    errors: [
      'cart.journey.yaml:4:41 INVALID_VALUE "goal.window" is "7 days": a duration is written as in ISO 8601, such as PT30M, PT1H or P1D',
    ],
  },
  {
    what: 'an exit rule on a misspelt property',
    file: 'cart.journey.yaml',
    from: 'start: hesitating',
    to: 'exits: [ { id: cheap, event: Product Added, where: event.properties.prce < 1.0 } ]\nstart: hesitating',
    errors: ['cart.journey.yaml:5:69 CONDITION there is no "prce" here; did you mean "price"?'],
  },
  {
    what: 'an exit rule with nothing to it',
    file: 'cart.journey.yaml',
    from: 'start: hesitating',
    to: 'exits: [ { id: gone } ]\nstart: hesitating',
    errors: ['cart.journey.yaml:5:10 MISSING "exits.0.event" is missing: it must be a text'],
  },
  {
    what: 'two exit rules of one id',
    file: 'cart.journey.yaml',
    from: 'start: hesitating',
    to: 'exits: [ { id: gone, event: Left }, { id: gone, event: Moved } ]\nstart: hesitating',
    errors: [
      'cart.journey.yaml:5:43 DUPLICATE_ID there is an exit rule "gone" already in this list; results are kept by id, so give this one its own',
    ],
  },
  {
    what: 'a class that is none',
    file: 'cart.journey.yaml',
    from: 'start: hesitating',
    to: 'policy: { class: transactionel }\nstart: hesitating',
    errors: [
      'cart.journey.yaml:5:18 INVALID_VALUE "policy.class" is "transactionel": it must be one of marketing, service, transactional, legal; did you mean "transactional"?',
    ],
  },
  {
    what: 'a lifetime in words',
    file: 'cart.journey.yaml',
    from: 'start: hesitating',
    to: 'policy: { maxLifetime: one month }\nstart: hesitating',
    errors: [
      'cart.journey.yaml:5:24 INVALID_VALUE "policy.maxLifetime" is "one month": a duration is written as in ISO 8601, such as PT30M, PT1H or P1D',
    ],
  },
  {
    what: 'no visits',
    file: 'cart.journey.yaml',
    from: 'start: hesitating',
    to: 'policy: { maxStepVisits: 0 }\nstart: hesitating',
    errors: ['cart.journey.yaml:5:26 INVALID_VALUE "policy.maxStepVisits" is 0: it must be at least 1'],
  },
  {
    what: 'two options of one id',
    file: 'cart.journey.yaml',
    from: '- { id: bought, event: Order Completed, next: done }',
    to: '- { id: bought, event: Order Completed, next: done }\n      - { id: bought, event: Order Updated, next: done }',
    errors: [
      'cart.journey.yaml:11:15 DUPLICATE_ID there is an option "bought" already in this list; results are kept by id, so give this one its own',
    ],
  },
  {
    what: 'an option on a misspelt property',
    file: 'cart.journey.yaml',
    from: '- { id: bought, event: Order Completed, next: done }',
    to: '- { id: bought, event: Product Added, where: event.properties.cartid == "c", next: done }',
    errors: ['cart.journey.yaml:10:69 CONDITION there is no "cartid" here; did you mean "cart_id"?'],
  },
  {
    what: 'an option on a misspelt property of the entry',
    file: 'cart.journey.yaml',
    from: '- { id: bought, event: Order Completed, next: done }',
    to: '- { id: bought, event: Order Completed, where: event.properties.id == entry.properties.cart, next: done }',
    errors: ['cart.journey.yaml:10:94 CONDITION there is no "cart" here'],
  },
  {
    what: 'an option with an event and a condition',
    file: 'cart.journey.yaml',
    from: '- { id: bought, event: Order Completed, next: done }',
    to: '- { id: bought, event: Order Completed, if: customer.orders.count >= 1, next: done }',
    errors: [
      'cart.journey.yaml:10:47 UNKNOWN_KEY "if" does not go together with the other keys of "steps.hesitating.any.0": it has one or the other',
    ],
  },
  {
    what: 'no options',
    file: 'cart.journey.yaml',
    from: '      - { id: bought, event: Order Completed, next: done }\n',
    to: '      []\n',
    errors: [
      'cart.journey.yaml:10:7 INVALID_VALUE "steps.hesitating.any" is []: the number of its items must be at least 1',
    ],
  },
  {
    what: 'a timeout in a zone that is none',
    file: 'cart.journey.yaml',
    from: 'after: PT1H, next: which',
    to: 'at: "18:00", zone: Paris, next: which',
    errors: [
      'cart.journey.yaml:11:35 INVALID_VALUE "Paris" is not a time zone; use an IANA name such as Europe/Paris, or customer',
    ],
  },
  {
    what: 'a timeout that leads nowhere',
    file: 'cart.journey.yaml',
    from: 'after: PT1H, next: which',
    to: 'after: PT1H',
    errors: ['cart.journey.yaml:11:14 MISSING "steps.hesitating.timeout.next" is missing: it must be a text'],
  },
  {
    what: 'two branches of one id',
    file: 'cart.journey.yaml',
    from: '[ { id: loyal, if: customer.orders.count >= 1, next: offer } ]',
    to: '[ { id: loyal, if: customer.orders.count >= 1, next: offer }, { id: loyal, if: customer.orders.count >= 9, next: done } ]',
    errors: [
      'cart.journey.yaml:14:79 DUPLICATE_ID there is a branch "loyal" already in this list; results are kept by id, so give this one its own',
    ],
  },
  {
    what: 'a branch without a condition',
    file: 'cart.journey.yaml',
    from: '[ { id: loyal, if: customer.orders.count >= 1, next: offer } ]',
    to: '[ { id: loyal, next: offer } ]',
    errors: ['cart.journey.yaml:14:13 MISSING "steps.which.when.0.if" is missing: it must be a text'],
  },
  {
    what: 'two variants of one id',
    file: 'cart.journey.yaml',
    from: 'rest: { kind: wait, for: P1D, at: "09:00", zone: customer, next: offer }',
    to: 'rest: { kind: split, seed: s, variants: [ { id: a, weight: 1, next: offer }, { id: a, weight: 1, next: done } ] }',
    errors: [
      'cart.journey.yaml:21:86 DUPLICATE_ID there is a variant "a" already in this list; results are kept by id, so give this one its own',
    ],
  },
  {
    what: 'a weight of nothing',
    file: 'cart.journey.yaml',
    from: 'rest: { kind: wait, for: P1D, at: "09:00", zone: customer, next: offer }',
    to: 'rest: { kind: split, seed: s, variants: [ { id: a, weight: 0, next: offer }, { id: b, weight: 1, next: done } ] }',
    errors: ['cart.journey.yaml:21:62 INVALID_VALUE "steps.rest.variants.0.weight" is 0: it must be more than 0'],
  },
  {
    what: 'a split of one',
    file: 'cart.journey.yaml',
    from: 'rest: { kind: wait, for: P1D, at: "09:00", zone: customer, next: offer }',
    to: 'rest: { kind: split, seed: s, variants: [ { id: a, weight: 1, next: offer } ] }',
    errors: [
      'cart.journey.yaml:21:43 INVALID_VALUE "steps.rest.variants" is [{"id":"a","weight":1,"next":"offer"}]: the number of its items must be at least 2',
    ],
  },
  {
    what: 'a split without a seed',
    file: 'cart.journey.yaml',
    from: 'rest: { kind: wait, for: P1D, at: "09:00", zone: customer, next: offer }',
    to: 'rest: { kind: split, variants: [ { id: a, weight: 1, next: offer }, { id: b, weight: 1, next: done } ] }',
    errors: ['cart.journey.yaml:21:9 MISSING "steps.rest.seed" is missing: it must be a text'],
  },
  {
    what: 'a weekday in full',
    file: 'cart.journey.yaml',
    from: 'at: "09:00", zone',
    to: 'at: "09:00", weekdays: [mon, tuesday], zone',
    errors: [
      'cart.journey.yaml:21:62 INVALID_VALUE "steps.rest.weekdays.1" is "tuesday": it must be one of mon, tue, wed, thu, fri, sat, sun',
    ],
  },
  {
    what: 'a weekday misspelt',
    file: 'cart.journey.yaml',
    from: 'at: "09:00", zone',
    to: 'at: "09:00", weekdays: [tus], zone',
    errors: [
      'cart.journey.yaml:21:57 INVALID_VALUE "steps.rest.weekdays.0" is "tus": it must be one of mon, tue, wed, thu, fri, sat, sun; did you mean "tue"?',
    ],
  },
  {
    what: 'no weekdays',
    file: 'cart.journey.yaml',
    from: 'at: "09:00", zone',
    to: 'at: "09:00", weekdays: [], zone',
    errors: [
      'cart.journey.yaml:21:56 INVALID_VALUE "steps.rest.weekdays" is []: the number of its items must be at least 1',
    ],
  },
  {
    what: 'an instant without its offset',
    file: 'cart.journey.yaml',
    from: 'for: P1D',
    to: 'until: 2026-05-04T08:00:00',
    errors: [
      'cart.journey.yaml:21:30 INVALID_VALUE "steps.rest.until" is "2026-05-04T08:00:00": it must be an instant with its offset, such as 2026-03-27T17:00:00Z',
    ],
  },
  {
    what: 'a sign inside the offset',
    file: 'cart.journey.yaml',
    from: 'for: P1D',
    to: 'until: { trait: birthday, offset: P-3D }',
    errors: [
      'cart.journey.yaml:21:57 INVALID_VALUE "steps.rest.until.offset" is "P-3D": an offset is a duration such as P1D, or -P3D for before',
    ],
  },
  {
    what: 'a past that is none',
    file: 'cart.journey.yaml',
    from: 'for: P1D',
    to: 'for: P1D, whenPast: nextOccurence',
    errors: [
      'cart.journey.yaml:21:43 INVALID_VALUE "steps.rest.whenPast" is "nextOccurence": it must be continueNow or nextOccurrence or exit; did you mean "nextOccurrence"?',
    ],
  },
  {
    what: 'a wait without a way on',
    file: 'cart.journey.yaml',
    from: 'rest: { kind: wait, for: P1D, at: "09:00", zone: customer, next: offer }',
    to: 'rest: { kind: wait, for: P1D, at: "09:00", zone: customer }',
    errors: ['cart.journey.yaml:21:9 MISSING "steps.rest.next" is missing: it must be a text'],
  },
  {
    what: 'an update of nothing',
    file: 'cart.journey.yaml',
    from: 'rest: { kind: wait, for: P1D, at: "09:00", zone: customer, next: offer }',
    to: 'rest: { kind: update, next: offer }',
    errors: ['cart.journey.yaml:21:3 MISSING step "rest": an update needs "set", "add" or "emit"'],
  },
  {
    what: 'an update by an expression that is none',
    file: 'cart.journey.yaml',
    from: 'rest: { kind: wait, for: P1D, at: "09:00", zone: customer, next: offer }',
    to: 'rest: { kind: update, set: { tier: gold }, next: offer }',
    errors: [
      'cart.journey.yaml:21:38 CONDITION "gold" is not known; a condition can read event, entry, customer, steps, now, and a text is written in quotes',
    ],
  },
  {
    what: 'a ttl in hours, not in ISO',
    file: 'cart.journey.yaml',
    from: '    template: reminder\n',
    to: '    template: reminder\n    ttl: 12h\n',
    errors: [
      'cart.journey.yaml:20:10 INVALID_VALUE "steps.remind.ttl" is "12h": a duration is written as in ISO 8601, such as PT30M, PT1H or P1D',
    ],
  },
];
