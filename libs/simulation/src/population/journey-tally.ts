import { choicesOf, type Journey, type MessageClass, type Step } from '@waymark/contracts';
import { wayTaken, type Trace } from '@waymark/journey-engine';
import type { Delivery } from '@waymark/ports';
import { Counter } from './counter.js';
import type { JourneyFigures, MessageFigures, StepFigures } from './report.js';

interface MessageTally {
  step: string;
  channel: string;
  class: MessageClass;
  sent: number;
  failed: number;
  /** By `reason` or `reason rule`. */
  suppressed: Map<string, { reason: string; rule: string | undefined; count: number }>;
}

/** Sums what happens in one journey. */
export class JourneyTally {
  readonly #journey: Journey;
  readonly #refused = new Counter();
  readonly #ended = new Counter();
  readonly #arrived = new Counter();
  readonly #ways = new Map<string, Counter>();
  readonly #messages = new Map<string, MessageTally>();
  #entered = 0;
  #converted = 0;
  #value = 0;
  #first: number | undefined;
  #last: number | undefined;

  constructor(journey: Journey) {
    this.#journey = journey;
  }

  trace(trace: Trace): void {
    switch (trace.what) {
      case 'entered':
        this.#entered += 1;
        break;
      case 'refused':
        this.#refused.add(trace.reason);
        break;
      case 'arrived':
        this.#arrived.add(trace.stepId);
        break;
      case 'ended':
        this.#ended.add(trace.reason);
        break;
      case 'converted':
        this.#converted += 1;
        this.#value += trace.value ?? 0;
        break;
      default:
        this.#way(trace);
    }
  }

  /** A message that is settled. */
  message({ action, channel, state, settledAt, reason = 'unknown', rule }: Delivery): void {
    const message = this.#messageOf(action.cause.stepId ?? '', channel, action.class);
    if (state === 'suppressed') {
      const key = `${reason} ${rule ?? ''}`;
      const known = message.suppressed.get(key) ?? { reason, rule, count: 0 };
      message.suppressed.set(key, { ...known, count: known.count + 1 });
      return;
    }
    if (state !== 'sent') {
      message.failed += 1;
      return;
    }
    message.sent += 1;
    this.#first ??= settledAt;
    this.#last = settledAt;
  }

  figures(): JourneyFigures {
    const { id, name, goal } = this.#journey;
    const steps = Object.entries(this.#journey.steps).map(([step, of]) => this.#step(step, of));
    return {
      id,
      name,
      knocks: this.#entered + this.#refused.total,
      entered: this.#entered,
      refused: this.#refused.sorted(),
      hasGoal: goal !== undefined || steps.some(({ kind }) => kind === 'goal'),
      converted: this.#converted,
      value: Math.round(this.#value * 100) / 100,
      ended: this.#ended.sorted(),
      inside: this.#entered - this.#ended.total,
      steps,
      messages: this.#messagesInOrder(),
      firstMessage: iso(this.#first),
      lastMessage: iso(this.#last),
    };
  }

  #way(trace: Trace): void {
    const way = wayTaken(trace);
    if (!way) return;
    let ways = this.#ways.get(way.stepId);
    if (!ways) this.#ways.set(way.stepId, (ways = new Counter()));
    ways.add(way.choice);
  }

  #step(id: string, step: Step): StepFigures {
    const ways = this.#ways.get(id) ?? new Counter();
    return { id, kind: step.kind, arrived: this.#arrived.of(id), ways: ways.along(choicesOf(step)) };
  }

  #messageOf(step: string, channel: string, of: MessageClass): MessageTally {
    const key = `${step} ${channel} ${of}`;
    let message = this.#messages.get(key);
    if (!message)
      this.#messages.set(key, (message = { step, channel, class: of, sent: 0, failed: 0, suppressed: new Map() }));
    return message;
  }

  #messagesInOrder(): MessageFigures[] {
    const places = Object.keys(this.#journey.steps);
    const rows = [...this.#messages.values()].map(({ suppressed, ...rest }) => ({
      ...rest,
      suppressed: [...suppressed.values()].sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
    }));
    return rows.sort((a, b) => places.indexOf(a.step) - places.indexOf(b.step) || (a.channel < b.channel ? -1 : 1));
  }
}

function iso(moment: number | undefined): string | undefined {
  return moment === undefined ? undefined : new Date(moment).toISOString();
}
