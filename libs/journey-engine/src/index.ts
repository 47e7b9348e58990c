export * from './compile-journey.js';
export * from './decide.js';
export * from './effect.js';
export * from './enter.js';
export * from './growthbook-hash.js';
export * from './instance.js';
export type { Surroundings } from './run.js';
export * from './trace.js';
export * from './words.js';
