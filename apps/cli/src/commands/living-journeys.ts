import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrationMapSchema, WaymarkError, type JourneyControl } from '@waymark/contracts';
import type {
  AcceptedJob,
  JobReport,
  JourneyReport,
  MigrationPlan,
  ResumePreview,
  VariantReport,
} from '@waymark/journey-state-service';
import { parseYaml } from '@waymark/workspace';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { ApiClient, connectionFrom } from '../api-client.js';
import type { CommandContext, Register } from '../command.js';
import { print, say } from '../output.js';

/** Between two questions how far a job is, in milliseconds. */
const ASK_MS = 500;

type Json = { json?: boolean };

/** `waymark journeys`, and what can be done with one that lives: pause, resume, close, stop. */
export const livingJourneys: Register = (program, context) => {
  const of = (command: Command): Command => command.argument('<journey>', 'id').option('--json', 'machine-readable');
  const post = async <T>(path: string, body?: unknown): Promise<T> =>
    (await clientOf(context)).request('POST', path, body);

  program
    .command('journeys')
    .description('how each journey is doing: who is inside, who has left and how, who was refused')
    .option('--json', 'machine-readable')
    .action(async ({ json }: Json) => {
      const reports = await (await clientOf(context)).get<JourneyReport[]>('/api/journeys');
      print(reports, { json, text: () => reportsText(reports) });
    });

  of(
    program
      .command('pause')
      .description('pause a journey: whoever knocks, timers and messages wait, unless told otherwise'),
  )
    .addOption(duration('--queue <duration>', 'how long each entrant waits at the door (P1D)'))
    .option('--discard-entrants', 'refuse whoever knocks')
    .option('--freeze', 'let timers stand still')
    .addOption(duration('--hold <duration>', 'how long each message is held (P7D)'))
    .option('--discard-messages', 'suppress what is asked for meanwhile')
    .option('--let-messages-through', 'hand over what is asked for meanwhile')
    .action(async (journey: string, options: PauseOptions & Json) => {
      const control = await post<JourneyControl>(pathOf(journey, 'pause'), switchesOf(options));
      print(control, { json: options.json, text: () => controlText(control) });
    });

  of(program.command('resume').description('let a journey go on that is paused or closed'))
    .option('--dry-run', 'only say what that would release')
    .action(async (journey: string, { json, dryRun }: Json & { dryRun?: boolean }) => {
      if (dryRun === true) {
        const preview = await post<ResumePreview>(`${pathOf(journey, 'resume')}?dryRun=true`);
        return print(preview, { json, text: () => previewText(preview) });
      }
      const control = await post<JourneyControl>(pathOf(journey, 'resume'));
      print(control, { json, text: () => controlText(control) });
    });

  of(program.command('close').description('let nobody enter a journey any more; who is inside goes on')).action(
    async (journey: string, { json }: Json) => {
      const control = await post<JourneyControl>(pathOf(journey, 'close'));
      print(control, { json, text: () => controlText(control) });
    },
  );

  of(program.command('stop').description('let nobody enter a journey any more, and everybody leave it')).action(
    async (journey: string, { json }: Json) => {
      const report = await finished(context, await post<AcceptedJob>(pathOf(journey, 'stop')));
      print(report, { json, text: () => jobText(report) });
    },
  );
};

/** `waymark migrate JOURNEY --map FILE`: takes those inside to the version that is published. */
export async function migrateJourney(
  journey: string,
  { map: file, dryRun = false, json }: { map?: string; dryRun?: boolean; json?: boolean },
  context: CommandContext,
): Promise<void> {
  const map = file === undefined ? {} : await mapFrom(file);
  const client = await clientOf(context);
  const path = pathOf(journey, 'migrations');
  if (dryRun) {
    const plan = await client.request<MigrationPlan>('POST', path, { map, dryRun });
    return print(plan, { json, text: () => planText(plan) });
  }
  const report = await finished(context, await client.request<AcceptedJob>('POST', path, { map }));
  print(report, { json, text: () => jobText(report) });
}

async function clientOf({ env }: CommandContext): Promise<ApiClient> {
  return new ApiClient(await connectionFrom(env));
}

function pathOf(journey: string, what: string): string {
  return `/api/journeys/${encodeURIComponent(journey)}/${what}`;
}

/** Waits until a job is done, and says now and then how far it is. */
async function finished(context: CommandContext, { statusUrl }: AcceptedJob): Promise<JobReport> {
  const client = await clientOf(context);
  for (let said = -1; ;) {
    const report = await client.get<JobReport>(statusUrl);
    if (report.isDone) return report;
    const count = sumOf(report);
    if (count !== said)
      say(`${count} instances so far, ${report.partitionsDone} of ${report.partitions} partitions done`);
    said = count;
    await sleep(ASK_MS);
  }
}

async function mapFrom(file: string): Promise<Record<string, string>> {
  try {
    return migrationMapSchema.parse(parseYaml(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new WaymarkError('INVALID_BODY', `the map ${file} cannot be used: ${(cause as Error).message}`, { cause });
  }
}

interface PauseOptions {
  queue?: string;
  discardEntrants?: boolean;
  freeze?: boolean;
  hold?: string;
  discardMessages?: boolean;
  letMessagesThrough?: boolean;
}

function switchesOf({
  queue,
  discardEntrants,
  freeze,
  hold,
  discardMessages,
  letMessagesThrough,
}: PauseOptions): object {
  const entrants = discardEntrants ? 'discard' : queue && { queue };
  const actions = discardMessages ? 'discard' : letMessagesThrough ? 'letThrough' : hold && { hold };
  return { ...(entrants && { entrants }), ...(freeze && { timers: 'freeze' }), ...(actions && { actions }) };
}

function duration(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => {
    if (!/^P/.test(text)) throw new InvalidArgumentError('it must be a duration such as PT2H or P1D');
    return text;
  });
}

function controlText({ id, state, pause }: JourneyControl): string {
  if (!pause) return `${id} is ${state}`;
  const { entrants, timers, actions } = pause;
  return [
    `${id} is ${state}`,
    `  entrants  ${entrants === 'discard' ? 'are refused' : `wait for ${entrants.queue} at most`}`,
    `  timers    ${timers === 'run' ? 'run' : 'stand still'}`,
    `  messages  ${typeof actions === 'object' ? `are held for ${actions.hold} at most` : actions === 'discard' ? 'are suppressed' : 'are handed over'}`,
  ].join('\n');
}

function previewText({ entrants, messages, frozen }: ResumePreview): string {
  return `a resume lets in ${entrants} who wait, hands over ${messages} messages that are held, and sets the timers of ${frozen} instances going; gates, caps and quiet hours are asked anew for each`;
}

function planText({ to, steps, moved, stayed, ended }: MigrationPlan): string {
  const lines = steps.map(
    ({ version, step, count, to: target, isMapped }) =>
      `  ${version.slice(0, 12)}  ${step}: ${count} -> ${target}${isMapped ? '' : '  (not in the map)'}`,
  );
  return [`to version ${to}: ${moved} would move, ${stayed} stay, ${ended} leave`, ...lines].join('\n');
}

function jobText(report: JobReport): string {
  const counts = Object.entries(report.counts).map(([word, count]) => `${count} ${word}`);
  return `${report.id} is done: ${counts.length === 0 ? 'nobody was inside' : counts.join(', ')}`;
}

function sumOf({ counts }: JobReport): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function reportsText(reports: readonly JourneyReport[]): string {
  if (reports.length === 0) return 'no journey has had anybody at its door yet';
  return reports
    .map(({ id, entered, active, converted, ended, refused, splits }) =>
      [
        `${id}: ${entered} entered, ${active} inside, ${converted} converted`,
        ...(Object.keys(ended).length > 0 ? [`  left     ${countsText(ended)}`] : []),
        ...(Object.keys(refused).length > 0 ? [`  refused  ${countsText(refused)}`] : []),
        ...Object.entries(splits).flatMap(([step, its]) => splitText(step, its)),
      ].join('\n'),
    )
    .join('\n');
}

function countsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([word, count]) => `${word} ${count}`)
    .join(', ');
}

/** A line for each epoch and variant: epochs are never added up (R24). */
function splitText(step: string, variants: readonly VariantReport[]): string[] {
  return variants.map(
    ({ variant, epoch, entered, exposed, converted }) =>
      `  split    ${step}, epoch ${epoch}, ${variant}: ${entered} entered, ${exposed} exposed, ${converted} converted`,
  );
}
