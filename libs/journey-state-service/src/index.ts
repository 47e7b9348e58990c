export * from './create-journey-state.js';
export { JourneyStateModule } from './http/journey-state.module.js';
export type { JourneyReport } from './journey-api.js';
export { TimelineReader } from './timeline-reader.js';
