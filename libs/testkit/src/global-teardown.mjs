// Ends what start-keeper.mjs has started.
export default async function globalTeardown() {
  await globalThis.waymarkEndKeeper?.();
}
