export * from './describe-with.js';
export * from './test-database.js';
export * from './test-kafka.js';
export * from './test-redis.js';
