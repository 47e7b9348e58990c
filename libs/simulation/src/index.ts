export * from './ring.js';
export * from './run-scenario.js';
export * from './sim/run-seeds.js';
