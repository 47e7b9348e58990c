import pc from 'picocolors';
import type {
  BadLines,
  ChannelFigures,
  JourneyFigures,
  MessageFigures,
  SimulationReport,
  StepFigures,
} from '@waymark/simulation';
import { endOf, isUsed, list, minute, number, peaks, share, suppressions } from './words.js';

const BAR = 24;
const SPARKS = '▁▂▃▄▅▆▇█';
const SPARKLINE_CHARS = 56;

/** What became of a population, for a terminal. */
export function reportText(report: SimulationReport): string {
  return [
    ...populationLines(report),
    heading('Journeys'),
    ...report.journeys.flatMap(journeyLines),
    heading('Channels: messages an hour (UTC)'),
    ...report.channels.filter(isUsed).flatMap(channelLines),
    heading('Messages of one customer in one week (marketing and service)'),
    ...weekLines(report),
    ...offerLines(report),
    heading('To look at'),
    ...(report.warnings.length === 0
      ? ['  nothing stands out']
      : report.warnings.map(({ message }) => `  ${pc.yellow('!')} ${message}`)),
  ].join('\n');
}

function heading(text: string): string {
  return `\n${pc.bold(text)}`;
}

function populationLines({ population }: SimulationReport): string[] {
  const { synthetic, customers, events, eventsBeforeStart, repeated, start, lastEvent, end, badLines } = population;
  const who = synthetic
    ? `A synthetic population (seed ${synthetic.seed}, ${synthetic.days} days): nobody real, made from what the workspace says. Nobody opens a mail or answers an offer.`
    : 'Recorded events.';
  const told = [
    eventsBeforeStart > 0 && `${number(eventsBeforeStart)} before the start`,
    repeated > 0 && `${number(repeated)} repeated`,
  ].filter((part) => part !== false);
  return [
    pc.bold(who),
    `  ${number(customers)} customers, ${number(events)} events${told.length === 0 ? '' : ` (${told.join(', ')})`}`,
    `  journeys take entrants from ${minute(start)}; last event ${minute(lastEvent)}; at rest, or stopped, ${minute(end)} (UTC)`,
    ...badLineLines(badLines),
  ];
}

function badLineLines({ count, first }: BadLines): string[] {
  if (count === 0) return [];
  const more = count > first.length ? [`    and ${number(count - first.length)} more`] : [];
  return [
    `  ${pc.yellow('!')} ${number(count)} line(s) left out:`,
    ...first.map(({ line, reason }) => `    line ${line}: ${reason}`),
    ...more,
  ];
}

function journeyLines(journey: JourneyFigures): string[] {
  const { id, knocks, entered, refused, hasGoal, converted, value, ended, inside, steps, messages } = journey;
  const goal = hasGoal
    ? `, ${number(converted)} converted (${share(converted, entered)}${value === 0 ? '' : `, value ${number(value)}`})`
    : '';
  const widest = Math.max(1, entered, ...steps.map(({ arrived }) => arrived));
  const width = Math.max(12, ...steps.map((step) => step.id.length));
  const when =
    journey.firstMessage === undefined || journey.lastMessage === undefined
      ? []
      : [pc.dim(`    messages from ${minute(journey.firstMessage)} to ${minute(journey.lastMessage)}`)];
  return [
    `  ${pc.cyan(id)}: ${number(knocks)} knocked, ${number(entered)} entered${goal}`,
    pc.dim(`    refused: ${list(refused)}`),
    ...steps.flatMap((step) => stepLines(step, { width, widest })),
    pc.dim(`    ended: ${list(ended)}${inside === 0 ? '' : `; still inside: ${number(inside)}`}`),
    ...messages.map(messageLine),
    ...when,
  ];
}

function stepLines(
  { id, kind, arrived, ways }: StepFigures,
  { width, widest }: { width: number; widest: number },
): string[] {
  const length = arrived === 0 ? 0 : Math.max(1, Math.round((arrived / widest) * BAR));
  const line = `    ${id.padEnd(width)} ${kind.padEnd(6)} ${'▇'.repeat(length).padEnd(BAR)} ${number(arrived)}`;
  return Object.keys(ways).length === 0 ? [line] : [line, pc.dim(`    ${' '.repeat(width)} └ ${list(ways)}`)];
}

function messageLine(message: MessageFigures): string {
  const { step, channel, sent, failed, suppressed } = message;
  const parts = [
    `sent ${number(sent)}`,
    failed > 0 && `failed ${number(failed)}`,
    suppressed.length > 0 && `suppressed ${suppressions(message)}`,
  ].filter((part) => part !== false);
  return `    ✉ ${step} by ${channel}: ${parts.join('; ')}`;
}

function channelLines(channel: ChannelFigures): string[] {
  const { id, sent, failed, suppressed, capped, perHour, peak } = channel;
  const caps = Object.keys(capped).length === 0 ? '' : `, by caps: ${list(capped)}`;
  const head = `  ${pc.cyan(id)}: ${number(sent)} sent, ${number(failed)} failed, ${number(suppressed)} suppressed${caps}`;
  if (!perHour || !peak) return [head];
  return [
    head,
    `    ${sparkline(perHour.counts)} ${pc.dim(`${minute(perHour.from)} to ${minute(endOf(perHour))}`)}`,
    `    peak: ${number(peak.count)} in the hour from ${minute(peak.hour)}`,
  ];
}

/** Each character the fullest hour of its stretch; an hour without any is the lowest. */
function sparkline(counts: readonly number[]): string {
  const stretches = peaks(counts, SPARKLINE_CHARS);
  const highest = Math.max(...stretches);
  return stretches.map((count) => SPARKS[Math.ceil((count / highest) * (SPARKS.length - 1))]).join('');
}

function weekLines({ perCustomerWeek }: SimulationReport): string[] {
  const { customerWeeks, p50, p95, max, most } = perCustomerWeek;
  if (customerWeeks === 0) return ['  nobody got any'];
  return [
    `  half of the weeks with any: ${p50} or fewer; 95 %: ${p95} or fewer; the fullest: ${max}`,
    pc.dim(
      `  ${most.map((each) => `${each.customer} ${each.messages} (week from ${each.weekFrom.slice(0, 10)})`).join(', ')}`,
    ),
  ];
}

function offerLines({ offers }: SimulationReport): string[] {
  if (offers.length === 0) return [];
  const width = Math.max(...offers.map(({ id }) => id.length));
  return [
    heading('Offers: how often each won, and why it did not'),
    ...offers.map(({ id, reasons }) => `  ${id.padEnd(width)} ${list(reasons)}`),
  ];
}
