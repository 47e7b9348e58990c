import pc from 'picocolors';
import type { DemoFigures, JourneyFigures } from './fetch-report.js';

const BAR = 28;

/** The demo's report for a terminal: funnels, messages, decisions, revenue. */
export function reportText(figures: DemoFigures): string {
  const revenue = figures.journeys.reduce((sum, { value }) => sum + value, 0);
  return [
    heading('Journeys'),
    ...figures.journeys.flatMap(journeyLines),
    heading('Messages by channel and outcome'),
    ...deliveryLines(figures),
    heading('Decisions: every offer, by how often it won and why it did not'),
    ...offerLines(figures),
    heading('Revenue'),
    `  ${money(revenue)} of orders within the goals' windows (an order counts for every journey it is the goal of)`,
  ].join('\n');
}

function heading(text: string): string {
  return `\n${pc.bold(text)}`;
}

function journeyLines(journey: JourneyFigures): string[] {
  const { id, entered, active, converted, value, hasGoal, steps, ended, refused } = journey;
  const widest = Math.max(1, entered, ...Object.values(steps));
  const goal = hasGoal ? `, ${converted} reached the goal${value > 0 ? ` (${money(value)})` : ''}` : '';
  const stepLines = Object.entries(steps).map(
    ([step, count]) =>
      `    ${step.padEnd(22)} ${'▇'.repeat(Math.max(1, Math.round((count / widest) * BAR))).padEnd(BAR)} ${count}`,
  );
  return [
    `  ${pc.cyan(id)}: ${entered} entered, ${active} inside${goal}`,
    ...stepLines,
    `    ${pc.dim(`ended: ${list(ended)}${Object.keys(refused).length === 0 ? '' : `; refused: ${list(refused)}`}`)}`,
  ];
}

function deliveryLines({ deliveries, mailsTaken, callsTaken, repeated }: DemoFigures): string[] {
  const lines = deliveries.map(
    ({ channel, state, reason, count }) =>
      `  ${channel.padEnd(14)} ${`${state}${reason === undefined ? '' : ` ${reason}`}`.padEnd(26)} ${count}`,
  );
  return [
    ...lines,
    pc.dim(
      `  taken outside: ${mailsTaken} mails, ${callsTaken} calls${repeated === 0 ? ', none twice' : `, ${repeated} repetitions with a known key`}`,
    ),
  ];
}

function offerLines({ candidates }: DemoFigures): string[] {
  const offers = [...new Set(candidates.map(({ offerId }) => offerId))];
  return offers.map((offer) => {
    const its = candidates.filter(({ offerId }) => offerId === offer);
    return `  ${offer.padEnd(16)} ${list(Object.fromEntries(its.map(({ reason, count }) => [reason, count])))}`;
  });
}

function list(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return entries.length === 0 ? 'none' : entries.map(([name, count]) => `${name} ${count}`).join(', ');
}

function money(value: number): string {
  return `${value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })} €`;
}
