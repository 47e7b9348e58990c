export * from './bullmq-job-queue.js';
