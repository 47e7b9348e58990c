import type { Resource } from '@waymark/contracts';
import { circleOf, segmentsNamedIn } from '@waymark/customer-context';
import { checksOf } from './check-conditions.js';
import type { Names } from './check-references.js';
import type { Finding } from './workspace-error.js';

/** Every context names the segments its customer is in, and has room for not much more than these. */
const SEGMENTS_MAX = 200;

/** What goes beyond one resource: conditions ask for segments that are there, and segments not for themselves. */
export class SegmentChecker {
  readonly #names: Names;
  /** Ids of segments in their order, each with those it asks for. */
  readonly #asked: ReadonlyMap<string, readonly string[]>;

  constructor(resources: readonly Resource[], names: Names) {
    this.#names = names;
    this.#asked = new Map(
      resources.flatMap((each) => (each.kind === 'segment' ? [[each.id, segmentsNamedIn(each.if)]] : [])),
    );
  }

  check(resource: Resource): Finding[] {
    const unknown = checksOf(resource).flatMap(({ path, source }) =>
      segmentsNamedIn(source ?? '').flatMap((id) =>
        this.#names.check('segment', id, path).map((finding) => ({ ...finding, column: columnOf(source!, id) })),
      ),
    );
    return resource.kind === 'segment'
      ? [...unknown, ...this.#circle(resource), ...this.#surplus(resource.id)]
      : unknown;
  }

  #circle({ id, if: source }: Extract<Resource, { kind: 'segment' }>): Finding[] {
    const circle = circleOf(id, this.#asked);
    if (!circle) return [];
    const message = `segments cannot depend on themselves: ${circle.join(' -> ')}`;
    return [{ path: ['if'], code: 'CONDITION', message, column: columnOf(source, circle[1]!) }];
  }

  #surplus(id: string): Finding[] {
    if ([...this.#asked.keys()].indexOf(id) < SEGMENTS_MAX) return [];
    const message = `a workspace has at most ${SEGMENTS_MAX} segments: each customer carries hers with her`;
    return [{ path: ['id'], code: 'INVALID_VALUE', message }];
  }
}

function columnOf(source: string, id: string): number {
  return Math.max(0, source.indexOf(`"${id}"`), source.indexOf(`'${id}'`));
}
