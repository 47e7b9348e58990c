export * from './create-journey-state.js';
export { JourneyStateModule } from './http/journey-state.module.js';
export type { JobReport, ResumePreview } from './controls/journey-controls.js';
export type { MigrationPlan } from './controls/plan-migration.js';
export type { JourneyReport } from './journey-api.js';
export { TimelineReader } from './timeline-reader.js';
