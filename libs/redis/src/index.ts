export * from './redis-hot-context.js';
