import { describe, expect, it } from '@jest/globals';
import { journeySchema, type Journey, type Resource } from '@waymark/contracts';
import { epochChanges, putOf } from './split-epochs.js';

const HALVES = 'a 0-5000, b 5000-10000';
const UNEVEN = 'a 0-8000, b 8000-10000';

function aJourney(weights: [number, number], over: { id?: string; seed?: string; name?: string } = {}): Journey {
  const { id = 'cart', seed = 'tone', name } = over;
  const variants = ['a', 'b'].map((variant, i) => ({ id: variant, weight: weights[i], next: 'end' }));
  const steps = { test: { kind: 'split', seed, variants }, end: { kind: 'exit' } };
  return journeySchema.parse({ kind: 'journey', id, name, entry: { event: 'E' }, start: 'test', steps });
}

/** Publishes one workspace after the other; each time, what is said of epochs. */
function publish(...workspaces: Journey[][]): [number, string, string][][] {
  let before: Resource[] = [];
  return workspaces.map((after) => {
    const changes = epochChanges(before, after);
    const kept = before.filter(({ kind, id }) => kind === 'split-epoch' && !changes.some((each) => each.id === id));
    before = [...after, ...kept, ...changes];
    return changes.map(({ epoch, id, allocation }) => [epoch, id, allocation]);
  });
}

const even = aJourney([1, 1]);
const uneven = aJourney([80, 20]);

describe('R24: a publication', () => {
  it.each<[string, Journey[][], [number, string, string][][]]>([
    ['begins the first epoch, of which nothing is said', [[even]], [[]]],
    ['of the same allocation goes on in its epoch', [[even], [aJourney([50, 50], { name: 'New' })]], [[], []]],
    ['of another begins the next', [[even], [uneven]], [[], [[2, 'tone', UNEVEN]]]],
    [
      'of the one before is a third',
      [[even], [uneven], [even], [even]],
      [[], [[2, 'tone', UNEVEN]], [[3, 'tone', HALVES]], []],
    ],
    ['without the split keeps what it was', [[even], []], [[], [[1, 'tone', HALVES]]]],
    ['of a split that comes back as it was goes on', [[even], [], [even]], [[], [[1, 'tone', HALVES]], []]],
    [
      'of a split that comes back otherwise begins the next',
      [[even], [], [], [uneven], []],
      [[], [[1, 'tone', HALVES]], [], [[2, 'tone', UNEVEN]], []],
    ],
    [
      'of another seed is of another test',
      [[even], [aJourney([80, 20], { seed: 'new' })]],
      [[], [[1, 'tone', HALVES]]],
    ],
    [
      'of one more journey with the same test goes on, and of one that shares it otherwise does not',
      [[even], [even, aJourney([2, 2], { id: 'other' })], [even, aJourney([80, 20], { id: 'other' })]],
      [[], [], [[2, 'tone', `${HALVES}; ${UNEVEN}`]]],
    ],
  ])('%s', (_, workspaces, expected) => {
    expect(publish(...workspaces)).toEqual(expected);
  });

  it('puts it as a resource whose version is its number', () => {
    const [resource] = epochChanges([even], [uneven]);
    expect(putOf(resource!)).toEqual({ op: 'put', version: 'epoch-2', resource });
  });
});
