import { choicesOf, type Journey } from '@waymark/contracts';
import type { ChannelFigures, JourneyFigures, PopulationFigures, SimulationWarning, StepFigures } from './report.js';

/** A larger part of a step's messages than this that is suppressed is worth a look. */
const SUPPRESSED_SHARE = 0.2;
/** Fewer messages than this say nothing about a share. */
const MESSAGES_MIN = 10;

/** What somebody who knows the journeys should look at. */
export function warningsOf(
  of: { population: PopulationFigures; journeys: readonly JourneyFigures[]; channels: readonly ChannelFigures[] },
  journeys: readonly Journey[],
): SimulationWarning[] {
  return [
    ...of.journeys.flatMap((figures) =>
      journeyWarnings(
        figures,
        journeys.find(({ id }) => id === figures.id)!,
      ),
    ),
    ...populationWarnings(of.population),
  ];
}

function journeyWarnings(figures: JourneyFigures, journey: Journey): SimulationWarning[] {
  const { id, entered, knocks } = figures;
  if (entered === 0) {
    const message =
      knocks === 0
        ? `nobody knocked at ${id}: no event was one that its entry waits for`
        : `nobody entered ${id}: all ${knocks} who knocked were refused (${mostly(figures.refused)})`;
    return [{ code: 'NOBODY_ENTERED', journey: id, message }];
  }
  return [...figures.steps.flatMap((step) => stepWarnings(id, step, journey)), ...suppressedWarnings(figures)];
}

function stepWarnings(journey: string, step: StepFigures, { steps }: Journey): SimulationWarning[] {
  if (step.arrived === 0)
    return [{ code: 'STEP_NOT_REACHED', journey, step: step.id, message: `nobody reached ${journey}/${step.id}` }];
  const untaken = choicesOf(steps[step.id]!).filter((way) => (step.ways[way] ?? 0) === 0);
  return untaken.map((way) => ({
    code: 'WAY_NOT_TAKEN',
    journey,
    step: step.id,
    message: `nobody left ${journey}/${step.id} by "${way}", of ${step.arrived} who came there`,
  }));
}

function suppressedWarnings({ id: journey, messages }: JourneyFigures): SimulationWarning[] {
  return messages.flatMap(({ step, channel, sent, failed, suppressed }): SimulationWarning[] => {
    const count = suppressed.reduce((sum, each) => sum + each.count, 0);
    const all = sent + failed + count;
    const place = { journey, step };
    if (sent === 0)
      return [
        {
          ...place,
          code: 'NOTHING_SENT',
          message: `none of the ${all} messages of ${journey}/${step} left by ${channel}`,
        },
      ];
    if (all < MESSAGES_MIN || count <= all * SUPPRESSED_SHARE) return [];
    const most = suppressed[0]!;
    const by = most.rule === undefined ? most.reason : `${most.reason} of ${most.rule}`;
    const message = `${percent(count / all)} of the messages of ${journey}/${step} by ${channel} were suppressed, most by ${by}`;
    return [{ ...place, code: 'MANY_SUPPRESSED', message }];
  });
}

function populationWarnings({ badLines, outOfOrder, refused, events }: PopulationFigures): SimulationWarning[] {
  const warnings: SimulationWarning[] = [];
  if (badLines.count > 0)
    warnings.push({
      code: 'BAD_LINES',
      message: `${badLines.count} line(s) of the events are no calls and were left out`,
    });
  if (outOfOrder > 0)
    warnings.push({
      code: 'OUT_OF_ORDER',
      message: `${outOfOrder} of ${events} events stood behind a later one and were taken late: sort the file by time`,
    });
  if (refused > 0)
    warnings.push({ code: 'REFUSED_RECORDS', message: `${refused} record(s) were refused by the services` });
  return warnings;
}

function mostly(refused: Record<string, number>): string {
  return Object.entries(refused)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ');
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
