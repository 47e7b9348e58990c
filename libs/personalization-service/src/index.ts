export { compileContent } from './content/compile-content.js';
export * from './create-personalization.js';
export type { CandidateCount } from './http/offer-answers.js';
export { PersonalizationModule } from './http/personalization.module.js';
