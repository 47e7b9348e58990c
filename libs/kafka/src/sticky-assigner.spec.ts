import { describe, expect, it } from '@jest/globals';
import { AssignerProtocol, type PartitionAssigner } from 'kafkajs';
import { stickyAssigner } from './sticky-assigner.js';

type Assigner = ReturnType<PartitionAssigner>;

function assigner(owned: readonly number[], partitions = 4): Assigner {
  const cluster = {
    findTopicPartitionMetadata: () => Array.from({ length: partitions }, (_, partitionId) => ({ partitionId })),
  };
  return stickyAssigner(() => owned)({ cluster } as unknown as Parameters<PartitionAssigner>[0]);
}

const member = (memberId: string, owned: readonly number[]): { memberId: string; memberMetadata: Buffer } => ({
  memberId,
  memberMetadata: assigner(owned).protocol({ topics: ['events'] }).metadata,
});

async function assign(
  members: { memberId: string; memberMetadata: Buffer }[],
  partitions?: number,
): Promise<Record<string, unknown>> {
  const given = await assigner([], partitions).assign({ members, topics: ['events'] });
  return Object.fromEntries(
    given.map(({ memberId, memberAssignment }) => [
      memberId,
      AssignerProtocol.MemberAssignment.decode(memberAssignment)!.assignment,
    ]),
  );
}

describe('stickyAssigner', () => {
  it('leaves members what they say they have', async () => {
    expect(await assign([member('a', [1, 3]), member('b', [0, 2])])).toEqual({
      a: { events: [1, 3] },
      b: { events: [0, 2] },
    });
  });

  it('gives somebody who has nothing a share, and those who have nothing to get none', async () => {
    expect(await assign([member('a', [0, 1]), member('b', [])], 2)).toEqual({ a: { events: [0] }, b: { events: [1] } });
    expect(await assign([member('a', [0]), member('b', [])], 1)).toEqual({ a: { events: [0] }, b: { events: [] } });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no JSON', Buffer.from('{')],
    ['something else', Buffer.from('{"a":1}')],
    ['no numbers', Buffer.from('["0", null, 0.5]')],
  ])('takes a member who says %s as one who has nothing', async (_, userData) => {
    const memberMetadata = AssignerProtocol.MemberMetadata.encode({ version: 1, topics: ['events'], userData });
    expect(await assign([{ memberId: 'a', memberMetadata }], 2)).toEqual({ a: { events: [0, 1] } });
  });
});
