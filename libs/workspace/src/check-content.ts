import { LIQUID_CHARS_MAX, LIQUID_DENIED, type ChannelType, type Content, type Json } from '@waymark/contracts';
import { Liquid } from 'liquidjs';
import type { Finding, Path } from './workspace-error.js';

/** As content is compiled later: what passes here must not fail there. */
const liquid = new Liquid({ strictFilters: true, parseLimit: LIQUID_CHARS_MAX });
for (const tag of LIQUID_DENIED.tags) delete liquid.tags[tag];
for (const filter of LIQUID_DENIED.filters) delete liquid.filters[filter];
const TEXTS = ['subject', 'mjml', 'html', 'text', 'body'] as const;

/** Whether Liquid can read every text of some content. */
export function checkLiquid(content: Content, at: Path): Finding[] {
  const findings = TEXTS.flatMap((key) => parse(content[key], [...at, key]));
  return content.json === undefined ? findings : [...findings, ...checkJson(content.json, [...at, 'json'])];
}

/** Whether some content has what its channel type hands over. */
export function checkCompleteness(content: Content, type: ChannelType, at: Path): Finding[] {
  const { subject, mjml, html, text, body, json } = content;
  const hasBody = (mjml ?? html ?? text ?? body) !== undefined;
  const found = (message: string): Finding[] => [{ path: at, code: 'MISSING', message }];
  if (type === 'smtp' && subject === undefined) return found('a mail needs a "subject"');
  if (type === 'smtp' && !hasBody) return found('a mail needs one of "mjml", "html", "text", "body"');
  if (type === 'webhook' && json === undefined && body === undefined) return found('a webhook needs "json"');
  if (type === 'inbox' && !hasBody) return found('an inbox message needs a "body"');
  return [];
}

function checkJson(value: Json, at: Path): Finding[] {
  if (typeof value === 'string') return parse(value, at);
  if (Array.isArray(value)) return value.flatMap((item, i) => checkJson(item, [...at, i]));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, item]) => checkJson(item, [...at, key]));
  return [];
}

function parse(text: string | undefined, at: Path): Finding[] {
  if (text === undefined) return [];
  try {
    liquid.parse(text);
    return [];
  } catch (error) {
    return [
      {
        path: at,
        code: 'TEMPLATE',
        message: `the ${String(at.at(-1))} is not valid Liquid: ${(error as Error).message}`,
      },
    ];
  }
}
