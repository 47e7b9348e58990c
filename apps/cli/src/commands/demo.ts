import type { Register } from '../command.js';
export const demo: Register = () => undefined;
