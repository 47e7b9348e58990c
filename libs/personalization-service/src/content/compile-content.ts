import {
  LIQUID_CHARS_MAX,
  LIQUID_DENIED,
  WaymarkError,
  type Content,
  type Json,
  type RenderedContent,
} from '@waymark/contracts';
import { Context, Liquid, type FilterImplOptions, type Template } from 'liquidjs';
import mjml2html from 'mjml';

/** What a template can read: plain JSON. Its `now` is also what Liquid's `now` and `today` mean. */
export type ContentScope = Readonly<Record<string, unknown>>;

/** Content with Liquid and MJML parsed once. */
export interface CompiledContent {
  /** Throws INVALID_RESOURCE when the content cannot be rendered for this scope. */
  render(scope: ContentScope): RenderedContent;
}

/** Characters one render may take: content comes from people. */
const LIMITS = { memoryLimit: 2_000_000, parseLimit: LIQUID_CHARS_MAX };
/** Parts of templates that one render may come by, as people write loops. About a tenth of a second of simple ones. */
const STEPS_MAX = 200_000;

const DATE_FILTERS = ['date', 'date_to_xmlschema', 'date_to_rfc822', 'date_to_string', 'date_to_long_string'];

/** Where a template names no zone a date is of UTC, whatever the zone of the machine. */
const OPTIONS = { ...LIMITS, ownPropertyOnly: true, strictFilters: true, cache: false, timezoneOffset: 0 } as const;
const plain = confined(new Liquid(OPTIONS));
/** In HTML, what customers have typed is text and never markup. */
const escaping = confined(new Liquid({ ...OPTIONS, outputEscape: 'escape' }));

/** Makes what is rendered depend on template and scope alone. */
function confined(engine: Liquid): Liquid {
  for (const tag of LIQUID_DENIED.tags) delete engine.tags[tag];
  for (const filter of LIQUID_DENIED.filters) delete engine.filters[filter];
  for (const name of DATE_FILTERS) engine.registerFilter(name, withoutClock(engine.filters[name]!));
  return engine;
}

type FilterHandler = Extract<FilterImplOptions, (...args: never[]) => unknown>;

function withoutClock(filter: FilterImplOptions): FilterHandler {
  const handler = typeof filter === 'function' ? filter : filter.handler;
  return function (value: unknown, ...args: unknown[]): unknown {
    const moment = value === 'now' || value === 'today' ? this.context.getSync(['now']) : value;
    return handler.call(this, moment, ...args);
  };
}

type Parsed = (scope: ContentScope) => string;
type ParsedJson = (scope: ContentScope) => Json;

/** Compiles content. Rejects with INVALID_RESOURCE for Liquid or MJML that does not parse, naming the field. */
export async function compileContent(content: Content): Promise<CompiledContent> {
  const html = content.mjml === undefined ? content.html : await htmlOf(content.mjml);
  const fields: [keyof RenderedContent, Parsed][] = [];
  const add = (name: keyof RenderedContent, source: string | undefined, engine: Liquid): void => {
    if (source !== undefined) fields.push([name, parse(name, source, engine)]);
  };
  add('subject', content.subject, plain);
  add('html', html, escaping);
  add('text', content.text, plain);
  add('body', content.body, plain);
  const json = content.json === undefined ? undefined : compileJson(content.json);
  return {
    render(scope) {
      const rendered: RenderedContent = {};
      for (const [name, render] of fields) Object.assign(rendered, { [name]: render(scope) });
      if (json) rendered.json = json(scope);
      return rendered;
    },
  };
}

async function htmlOf(mjml: string): Promise<string> {
  const { html, errors } = await readMjml(mjml);
  const first = errors[0];
  if (first) throw new WaymarkError('INVALID_RESOURCE', `mjml: line ${first.line}: ${first.message}`);
  return html;
}

/** MJML tells of mistakes, but throws where it finds no document at all. */
async function readMjml(mjml: string): Promise<Pick<Awaited<ReturnType<typeof mjml2html>>, 'html' | 'errors'>> {
  try {
    return await mjml2html(mjml, { validationLevel: 'soft', ignoreIncludes: true });
  } catch (cause) {
    throw new WaymarkError('INVALID_RESOURCE', `mjml: ${(cause as Error).message}`, { cause });
  }
}

function parse(field: string, source: string, engine: Liquid): Parsed {
  let templates: Template[];
  try {
    templates = engine.parse(source);
  } catch (cause) {
    throw new WaymarkError('INVALID_RESOURCE', `${field}: ${(cause as Error).message}`, { cause });
  }
  return (scope) => {
    try {
      return String(engine.renderSync(templates, contextOf(scope, engine)));
    } catch (cause) {
      throw new WaymarkError('INVALID_RESOURCE', `${field}: ${(cause as Error).message}`, { cause });
    }
  };
}

/**
 * Liquid limits a render by the time that goes by, and asks whether it is over at each part of a template. That is counted
 * instead: a process that had to stand still while it rendered would take its message for one that never ends.
 */
function contextOf(scope: ContentScope, engine: Liquid): Context {
  let steps = 0;
  const renderLimit = {
    use: () => undefined,
    check() {
      steps += 1;
      if (steps > STEPS_MAX) throw new Error(`template render limit exceeded: ${STEPS_MAX} steps`);
    },
  } as unknown as Context['renderLimit'];
  return new Context(scope, engine.options, { sync: true }, { renderLimit, liquid: engine });
}

/** A value whose strings are Liquid, or one Liquid string that renders to JSON. */
function compileJson(json: Json): ParsedJson {
  if (typeof json === 'string') {
    const render = parse('json', json, plain);
    return (scope) => parseRendered(render(scope));
  }
  return compileValue(json);
}

function compileValue(value: Json): ParsedJson {
  if (typeof value === 'string') return parse('json', value, plain);
  if (Array.isArray(value)) {
    const items = value.map(compileValue);
    return (scope) => items.map((item) => item(scope));
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]): [string, ParsedJson] => [key, compileValue(item)]);
    return (scope) => Object.fromEntries(entries.map(([key, item]) => [key, item(scope)]));
  }
  return () => value;
}

function parseRendered(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new WaymarkError('INVALID_RESOURCE', `json: what it renders to is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}
