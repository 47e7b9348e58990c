export { madeUpCalls, recordedCalls, type Incoming } from './population/incoming.js';
export type * from './population/report.js';
export * from './population/simulate-population.js';
export * from './population/synthetic/synthetic-calls.js';
export * from './ring.js';
export * from './run-scenario.js';
export * from './sim/run-seeds.js';
