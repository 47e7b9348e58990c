import { WaymarkError } from '@waymark/contracts';

/** For a folder that has nothing to check or apply: rather a wrong path than a wish. */
export function noResources(path: string, further = ''): WaymarkError {
  return new WaymarkError('NOT_FOUND', `${path} has no resources: nothing was checked${further}`);
}
