import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from '@jest/globals';
import { theKeeper } from './ask-keeper.js';
import { RECIPES } from './provision/recipes.js';

const MINUTES = 180_000;
const { docker, native } = theKeeper().means.redis;

const answers = (url: string): Promise<boolean> =>
  RECIPES.redis.greet(url).then(
    () => true,
    () => false,
  );

(docker || native ? it : it.skip)(
  'a server of one’s own ends with the program that started it, when that is killed',
  async () => {
    const built = new URL('../dist/own-servers.js', import.meta.url).href;
    const program = `import { startOwnRedis } from '${built}'; console.log((await startOwnRedis()).url); setInterval(Date, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    expect(await answers(url)).toBe(true);
    child.kill('SIGKILL');
    while (await answers(url)) continue;
    expect(await answers(url)).toBe(false);
  },
  MINUTES,
);
