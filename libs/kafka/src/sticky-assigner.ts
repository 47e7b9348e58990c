import { AssignerProtocol, type PartitionAssigner } from 'kafkajs';
import { stickyAssignment, type Member } from './sticky-assignment.js';

const { MemberAssignment, MemberMetadata } = AssignerProtocol;
/** Members of a group must agree on it: change it with the meaning of what they tell each other. */
const NAME = 'waymark-sticky';
const VERSION = 1;

/**
 * The group's leader distributes the partitions of the one topic of the group by {@link stickyAssignment}; every member
 * tells it, on joining, what it has (`owned`).
 */
export function stickyAssigner(owned: () => readonly number[]): PartitionAssigner {
  return ({ cluster }) => ({
    name: NAME,
    version: VERSION,
    protocol: ({ topics }) => ({
      name: NAME,
      metadata: MemberMetadata.encode({ version: VERSION, topics, userData: Buffer.from(JSON.stringify(owned())) }),
    }),
    async assign({ members, topics }) {
      const [topic = ''] = topics;
      const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
      const assignment = stickyAssignment(
        members.map(({ memberId, memberMetadata }) => ({ id: memberId, had: hadBy(memberMetadata) })),
        partitions,
      );
      return [...assignment].map(([memberId, its]) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({
          version: VERSION,
          assignment: { [topic]: [...its] },
          userData: Buffer.alloc(0),
        }),
      }));
    },
  });
}

/** What a member says it had; nothing when that cannot be read. */
function hadBy(metadata: Buffer): Member['had'] {
  try {
    const told: unknown = JSON.parse(MemberMetadata.decode(metadata)?.userData.toString() ?? '');
    return Array.isArray(told) ? told.filter((each): each is number => Number.isInteger(each)) : [];
  } catch {
    return [];
  }
}
