import { SetMetadata } from '@nestjs/common';

/** How a caller shows who it is: by a bearer token where nothing is said and a role is asked for. */
export type ShownBy = 'writeKey' | 'signature';

/** What the API's description says of a route beside what the route itself says. */
export interface OperationWords {
  summary: string;
  by?: ShownBy;
}

export const OPERATION_KEY = 'waymark:operation';

/** Says what a route is for, in the API's description; everything else there is read from the route. */
export function Operation(summary: string, { by }: { by?: ShownBy } = {}): MethodDecorator {
  return SetMetadata(OPERATION_KEY, { summary, ...(by && { by }) } satisfies OperationWords);
}
