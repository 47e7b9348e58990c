/** One text of one file of the sample replaced by another, and all errors that follow, in full. */
export interface Mistake {
  what: string;
  file: string;
  from: string;
  to: string;
  /** Files beside the sample. */
  more?: Readonly<Record<string, string>>;
  errors: readonly string[];
}

/** Syntax, kinds, keys and values. */
export const MISTAKES_OF_SHAPE: readonly Mistake[] = [
  {
    what: 'YAML that is not YAML',
    file: 'cart.journey.yaml',
    from: 'start: hesitating',
    to: 'start: [hesitating',
    errors: [
      'cart.journey.yaml:6:1 SYNTAX not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  },
  {
    what: 'a key twice',
    file: 'cart.journey.yaml',
    from: 'start: hesitating',
    to: 'start: hesitating\nstart: hesitating',
    errors: ['cart.journey.yaml:6:1 SYNTAX not valid YAML: Map keys must be unique'],
  },
  {
    what: 'no kind',
    file: 'cart.journey.yaml',
    from: 'kind: journey',
    to: 'kin: journey',
    errors: [
      'cart.journey.yaml:1:1 UNKNOWN_KIND a resource begins with its kind: journey, event, profile, segment, template, offer, contact-policy, channel, scenario',
    ],
  },
  {
    what: 'an unknown kind',
    file: 'cart.journey.yaml',
    from: 'kind: journey',
    to: 'kind: jorney',
    errors: ['cart.journey.yaml:1:7 UNKNOWN_KIND "jorney" is not a kind; did you mean "journey"?'],
  },
  {
    what: 'a kind not built yet',
    file: 'profile.yaml',
    from: 'kind: profile',
    to: 'kind: holdout',
    errors: [
      'profile.yaml:1:7 UNKNOWN_KIND "holdout" is not a kind; this version knows journey, event, profile, segment, template, offer, contact-policy, channel, scenario',
    ],
  },
  {
    what: 'an unknown key',
    file: 'cart.journey.yaml',
    from: 'template: reminder',
    to: 'tempalte: reminder',
    errors: ['cart.journey.yaml:19:5 UNKNOWN_KEY "tempalte" is not a key of "steps.remind"; did you mean "template"?'],
  },
  {
    what: 'a key not built yet',
    file: 'cart.journey.yaml',
    from: 'start: hesitating',
    to: 'pause: true\nstart: hesitating',
    errors: [
      'cart.journey.yaml:5:1 UNKNOWN_KEY "pause" is not a key of the resource; known keys are kind, id, name, description, stage, touchpoint, job, owner, tags, entry, goal, exits, policy, start, steps',
    ],
  },
  {
    what: 'a misspelt required key',
    file: 'cart.journey.yaml',
    from: 'start: hesitating',
    to: 'strat: hesitating',
    errors: ['cart.journey.yaml:5:1 UNKNOWN_KEY "strat" is not a key of the resource; did you mean "start"?'],
  },
  {
    what: 'an unknown step kind',
    file: 'cart.journey.yaml',
    from: 'kind: wait',
    to: 'kind: wiat',
    errors: [
      'cart.journey.yaml:21:17 INVALID_VALUE "steps.rest.kind" is "wiat": it must be one of wait, await, branch, split, act, decide, update, call, goal, exit; did you mean "wait"?',
    ],
  },
  {
    what: 'a missing required key',
    file: 'cart.journey.yaml',
    from: '    default: remind\n',
    to: '',
    errors: ['cart.journey.yaml:13:5 MISSING "steps.which.default" is missing: it must be a text'],
  },
  {
    what: 'a wrong type',
    file: 'cart.journey.yaml',
    from: 'slot: cart',
    to: 'slot: [cart]',
    errors: ['cart.journey.yaml:22:32 INVALID_VALUE "steps.offer.slot" is ["cart"]: it must be a text'],
  },
  {
    what: 'a bad duration',
    file: 'cart.journey.yaml',
    from: 'for: P1D',
    to: 'for: 1 day',
    errors: [
      'cart.journey.yaml:21:28 INVALID_VALUE "steps.rest.for" is "1 day": a duration is written as in ISO 8601, such as PT30M, PT1H or P1D',
    ],
  },
  {
    what: 'a bad time of day',
    file: 'cart.journey.yaml',
    from: 'at: "09:00"',
    to: 'at: "9:00"',
    errors: [
      'cart.journey.yaml:21:38 INVALID_VALUE "steps.rest.at" is "9:00": a time of day is written as "HH:MM", such as "09:00"',
    ],
  },
  {
    what: 'a time that YAML reads as a number',
    file: 'cart.journey.yaml',
    from: 'at: "09:00"',
    to: 'at: 0900',
    errors: ['cart.journey.yaml:21:37 INVALID_VALUE "steps.rest.at" is 900: it must be a text'],
  },
  {
    what: 'a bad id',
    file: 'cart.journey.yaml',
    from: 'id: cart\n',
    to: 'id: Cart 1\n',
    errors: [
      'cart.journey.yaml:2:5 INVALID_VALUE "id" is "Cart 1": an id has 1 to 63 small letters, digits and hyphens and begins with a letter or digit',
    ],
  },
  {
    what: 'a reserved step id',
    file: 'cart.journey.yaml',
    from: '  done: {',
    to: '  stay: { kind: exit }\n  done: {',
    errors: ['cart.journey.yaml:23:3 INVALID_VALUE "steps.stay": stay and exit are not step ids'],
  },
  {
    what: 'a choice that is not one',
    file: 'free-shipping.offer.yaml',
    from: 'strategy: curate',
    to: 'strategy: automat',
    errors: [
      'free-shipping.offer.yaml:4:11 INVALID_VALUE "strategy" is "automat": it must be one of respond, curate, coach, automate; did you mean "automate"?',
    ],
  },
  {
    what: 'neither alternative of a union',
    file: 'cart.journey.yaml',
    from: 'entry: { event: Product Added,',
    to: 'entry: { event: Product Added, reentry: often,',
    errors: ['cart.journey.yaml:3:41 INVALID_VALUE "entry.reentry" is "often": it must be never or a group of keys'],
  },
  {
    what: 'the best alternative of a union',
    file: 'cart.journey.yaml',
    from: 'entry: { event: Product Added,',
    to: 'entry: { event: Product Added, reentry: { afterExit: { minInterval: 3 } },',
    errors: ['cart.journey.yaml:3:69 INVALID_VALUE "entry.reentry.afterExit.minInterval" is 3: it must be a text'],
  },
  {
    what: 'an await option of no kind',
    file: 'cart.journey.yaml',
    from: '- { id: bought, event: Order Completed, next: done }',
    to: '- { id: bought, next: done }',
    errors: ['cart.journey.yaml:10:9 MISSING "steps.hesitating.any.0.event" is missing: it must be a text'],
  },
];
