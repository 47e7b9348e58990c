import type { EpochMs, SuppressionReason } from '@waymark/contracts';

/** What a policy says of a message now. `because` is one sentence for the trace, whatever the verdict. */
export type Verdict =
  | { may: 'go'; because?: string }
  | { may: 'wait'; until: EpochMs; because: string; heldFor?: string }
  | { may: 'never'; reason: SuppressionReason; rule?: string; because: string };

export const GO: Verdict = { may: 'go' };
