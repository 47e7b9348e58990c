export * from './dead-letters.js';
export * from './intake.js';
export * from './number-outputs.js';
export * from './observer.js';
export * from './partition-processor.js';
export * from './processor-group.js';
export * from './run-partition.js';
export * from './topology.js';
