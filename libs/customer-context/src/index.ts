export * from './amount.js';
export type { ScopeTypes } from './cel-environment.js';
export * from './check-condition.js';
export * from './closest.js';
export * from './compile-condition.js';
export * from './consent.js';
export * from './customer-context.js';
export * from './fold-event.js';
export * from './merge-contexts.js';
export * from './own.js';
export * from './part-contexts.js';
export * from './scope.js';
export { circleOf } from './segments/segment-order.js';
export * from './segments/check-segment.js';
export * from './segments/segment-set.js';
export * from './time/calendar.js';
export * from './time/cron.js';
export * from './time/duration.js';
export {
  addDuration,
  dateInZone,
  inWords,
  isZone,
  nextAnniversary,
  nextLocalTime,
  zoneOrUtc,
} from './time/local-time.js';
