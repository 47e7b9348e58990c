/** An API held against its own description. For specs of any tier; needs no servers. */
export { AnswerCheck, type ApiAnswer, type ApiDocument } from './answer-check.js';
export { walkApi, type Asked } from './walk-api.js';
export { WALK_ENV } from './walk-files.js';
