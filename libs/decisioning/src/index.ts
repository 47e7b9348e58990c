export * from './arbitrate.js';
export * from './candidate.js';
export * from './choose-offers.js';
export * from './compile-offer.js';
export * from './seeded-random.js';
