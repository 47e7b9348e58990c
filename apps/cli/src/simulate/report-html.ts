import type {
  ChannelFigures,
  JourneyFigures,
  MessageFigures,
  PopulationFigures,
  SimulationReport,
  StepFigures,
} from '@waymark/simulation';
import { html, Html } from './html.js';
import { endOf, isUsed, list, minute, number, peaks, share, suppressions } from './words.js';

const CHART = { width: 720, height: 110, bars: 180 } as const;

const STYLE = new Html(`
:root { color-scheme: light dark; --ink: #1d2430; --dim: #667085; --line: #d7dce4; --bar: #2f6f8f; --paper: #fff; --warn: #9a5b00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --dim: #98a2b3; --line: #39414f; --bar: #6fb3d2; --paper: #151a22; --warn: #f0b45b; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; border-bottom: 1px solid var(--line); } h3 { font-size: 1rem; margin: 1.6rem 0 .3rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--dim); } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.dim { color: var(--dim); } .warn { color: var(--warn); } svg { width: 100%; height: auto; } rect.bar { fill: var(--bar); } line { stroke: var(--line); } text { fill: var(--dim); font-size: 11px; }
@media print { :root { --ink: #000; --dim: #444; --line: #bbb; --bar: #555; --paper: #fff; --warn: #000; } body { margin: 0; max-width: none; font-size: 11px; } section { break-inside: avoid; } }
`);

/** What became of a population, as one file without anything from elsewhere. */
export function reportHtml(report: SimulationReport, { title }: { title: string }): string {
  const { population, journeys, channels } = report;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${populationPart(population)}
        <h2>To look at</h2>
        ${warningsPart(report)}
        <h2>Journeys</h2>
        ${journeys.map(journeyPart)}
        <h2>Channels</h2>
        ${channels.filter(isUsed).map(channelPart)}
        <h2>Messages of one customer in one week</h2>
        ${weekPart(report)} ${offersPart(report)}
      </body>
    </html> `.text;
}

function populationPart(population: PopulationFigures): Html {
  const { synthetic, customers, events, eventsBeforeStart, repeated, badLines, start, lastEvent, end } = population;
  const who = synthetic
    ? html`<p>
        <strong>A synthetic population</strong> (seed ${synthetic.seed}, ${synthetic.days} days): nobody real, made from
        what the workspace says.
      </p>`
    : html`<p><strong>Recorded events.</strong></p>`;
  const bad =
    badLines.count === 0
      ? html``
      : html`<h3 class="warn">${number(badLines.count)} line(s) left out</h3>
          <ul>
            ${badLines.first.map(({ line, reason }) => html`<li>line ${line}: ${reason}</li>`)}
          </ul>`;
  return html`${who}
    <p>
      ${number(customers)} customers, ${number(events)} events (${number(eventsBeforeStart)} before the start,
      ${number(repeated)} repeated). Journeys take entrants from ${minute(start)}; last event ${minute(lastEvent)}; at
      rest, or stopped, ${minute(end)} (UTC).
    </p>
    ${bad}`;
}

function warningsPart({ warnings }: SimulationReport): Html {
  if (warnings.length === 0) return html`<p>Nothing stands out.</p>`;
  return html`<ul>
    ${warnings.map(({ message }) => html`<li class="warn">${message}</li>`)}
  </ul>`;
}

function journeyPart(journey: JourneyFigures): Html {
  const { id, name, knocks, entered, refused, hasGoal, converted, value, ended, inside, steps, messages } = journey;
  const goal = hasGoal
    ? html`, ${number(converted)} converted (${share(converted, entered)}), value ${number(value)}`
    : html``;
  const when =
    journey.firstMessage === undefined || journey.lastMessage === undefined
      ? html``
      : html`<p class="dim">Messages from ${minute(journey.firstMessage)} to ${minute(journey.lastMessage)} (UTC).</p>`;
  return html`<section>
    <h3>${name ?? id} <span class="dim">${id}</span></h3>
    <p>${number(knocks)} knocked, ${number(entered)} entered${goal}. Refused: ${list(refused)}.</p>
    <table>
      <tr>
        <th>step</th>
        <th>kind</th>
        <th class="n">arrived</th>
        <th>left by</th>
      </tr>
      ${steps.map(stepRow)}
    </table>
    <p>Ended: ${list(ended)}. Still inside: ${number(inside)}.</p>
    ${messagesPart(messages)} ${when}
  </section> `;
}

function stepRow({ id, kind, arrived, ways }: StepFigures): Html {
  const by = Object.keys(ways).length === 0 ? '' : list(ways);
  return html`<tr>
    <td>${id}</td>
    <td class="dim">${kind}</td>
    <td class="n">${number(arrived)}</td>
    <td>${by}</td>
  </tr>`;
}

function messagesPart(messages: readonly MessageFigures[]): Html {
  if (messages.length === 0) return html``;
  const rows = messages.map(
    (each) =>
      html`<tr>
        <td>${each.step}</td>
        <td>${each.channel}</td>
        <td>${each.class}</td>
        <td class="n">${number(each.sent)}</td>
        <td class="n">${number(each.failed)}</td>
        <td>${suppressions(each)}</td>
      </tr>`,
  );
  return html`<table>
    <tr>
      <th>messages of</th>
      <th>by</th>
      <th>class</th>
      <th class="n">sent</th>
      <th class="n">failed</th>
      <th>suppressed</th>
    </tr>
    ${rows}
  </table>`;
}

function channelPart({ id, type, sent, failed, suppressed, capped, perHour, peak }: ChannelFigures): Html {
  const chart =
    perHour && peak
      ? html`${chartPart(perHour)}
          <p class="dim">Peak: ${number(peak.count)} in the hour from ${minute(peak.hour)} (UTC).</p>`
      : html``;
  return html`<section>
    <h3>${id} <span class="dim">${type}</span></h3>
    <p>${number(sent)} sent, ${number(failed)} failed, ${number(suppressed)} suppressed; by caps: ${list(capped)}.</p>
    ${chart}
  </section> `;
}

/** A bar for each hour, or for the fullest hour of each stretch where there are more hours than bars. */
function chartPart(perHour: NonNullable<ChannelFigures['perHour']>): Html {
  const stretches = peaks(perHour.counts, CHART.bars);
  const highest = Math.max(...stretches);
  const width = CHART.width / stretches.length;
  const bars = stretches.flatMap((count, i) => {
    if (count === 0) return [];
    const height = (count / highest) * CHART.height;
    const [x, y] = [(i * width).toFixed(1), (CHART.height - height).toFixed(1)];
    return [
      html`<rect
        class="bar"
        x="${x}"
        y="${y}"
        width="${Math.max(1, width - 1).toFixed(1)}"
        height="${height.toFixed(1)}"
      />`,
    ];
  });
  return html`<svg
    viewBox="0 0 ${CHART.width} ${CHART.height + 18}"
    role="img"
    aria-label="Messages an hour, ${number(highest)} at most"
  >
    ${bars}
    <line x1="0" y1="${CHART.height}" x2="${CHART.width}" y2="${CHART.height}" />
    <text x="0" y="${CHART.height + 14}">${minute(perHour.from)}</text>
    <text x="${CHART.width}" y="${CHART.height + 14}" text-anchor="end">${minute(endOf(perHour))}</text>
  </svg>`;
}

function weekPart({ perCustomerWeek }: SimulationReport): Html {
  const { customerWeeks, p50, p95, max, most } = perCustomerWeek;
  if (customerWeeks === 0) return html`<p>Nobody got any.</p>`;
  const rows = most.map(
    ({ customer, weekFrom, messages }) =>
      html`<tr>
        <td>${customer}</td>
        <td>${weekFrom.slice(0, 10)}</td>
        <td class="n">${messages}</td>
      </tr>`,
  );
  return html`<p>
      Marketing and service. Half of the weeks with any: ${p50} or fewer; 95 %: ${p95} or fewer; the fullest: ${max}.
    </p>
    <table>
      <tr>
        <th>customer</th>
        <th>week from</th>
        <th class="n">messages</th>
      </tr>
      ${rows}
    </table>`;
}

function offersPart({ offers }: SimulationReport): Html {
  if (offers.length === 0) return html``;
  const rows = offers.map(
    ({ id, reasons }) =>
      html`<tr>
        <td>${id}</td>
        <td>${list(reasons)}</td>
      </tr>`,
  );
  return html`<h2>Offers</h2>
    <table>
      <tr>
        <th>offer</th>
        <th>as a candidate</th>
      </tr>
      ${rows}
    </table>`;
}
