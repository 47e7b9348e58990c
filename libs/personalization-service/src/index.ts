export { compileContent } from './content/compile-content.js';
export * from './create-personalization.js';
export { PersonalizationModule } from './http/personalization.module.js';
