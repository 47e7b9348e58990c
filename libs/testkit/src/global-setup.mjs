// For integration tests: PostgreSQL, which nearly all of them use, is there before they begin.
import startKeeper from './start-keeper.mjs';

export default async function globalSetup() {
  await startKeeper();
  const { url, means } = JSON.parse(process.env.TESTKIT_KEEPER);
  if (!Object.values(means.postgres).includes(true)) return;
  const answer = await fetch(`${url}/postgres`);
  if (!answer.ok) throw new Error(await answer.text());
}
