import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** How long a daemon may take to accept a connection, in milliseconds. Where there is none, the answer takes no time. */
const ACCEPT_MS_MAX = 1_000;
const DOCKER_PORT = 2375;

/** Whether a Docker daemon accepts connections. What it then cannot do, it says when it is asked. */
export async function dockerAnswers(env: NodeJS.ProcessEnv): Promise<boolean> {
  const places = env['DOCKER_HOST'] ? [env['DOCKER_HOST']] : socketFiles(env).map((path) => `unix://${path}`);
  for (const place of places) if (URL.canParse(place) && (await accepts(place))) return true;
  return false;
}

/** Where the daemon's socket is, in the order in which testcontainers looks. */
function socketFiles(env: NodeJS.ProcessEnv): string[] {
  const run = env['XDG_RUNTIME_DIR'];
  const paths = [
    '/var/run/docker.sock',
    ...(run ? [join(run, 'docker.sock')] : []),
    join(homedir(), '.docker', 'run', 'docker.sock'),
    join(homedir(), '.docker', 'desktop', 'docker.sock'),
  ];
  return paths.filter((path) => existsSync(path));
}

function accepts(place: string): Promise<boolean> {
  const socket = place.startsWith('unix://') ? connect(place.slice('unix://'.length)) : connectTo(place);
  return new Promise((done) => {
    const answer = (accepted: boolean): void => {
      socket.destroy();
      done(accepted);
    };
    socket.setTimeout(ACCEPT_MS_MAX, () => answer(false));
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

function connectTo(place: string): ReturnType<typeof connect> {
  const { hostname, port } = new URL(place);
  return connect(Number(port) || DOCKER_PORT, hostname);
}
