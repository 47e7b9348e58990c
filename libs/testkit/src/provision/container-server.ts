import { randomUUID } from 'node:crypto';
import type { ContainerRuntimeClient } from 'testcontainers';
import { loadTestcontainers } from '../load-testcontainers.js';
import { freePort } from './free-port.js';
import { disown, own } from './reaper.js';
import { reasonOf } from './reason-of.js';
import type { ContainerPlan, Recipe } from './recipe.js';
import type { Server } from './server.js';
import { untilServing } from './until-serving.js';

/** Tells the reaper which container is whose. */
const LABEL = 'waymark.test';

type Container = ReturnType<ContainerRuntimeClient['container']['getById']>;

/** How much of what a container wrote is kept to say why it failed, in characters from the end. */
const SAID_LENGTH_MAX = 2_000;

/** A server in a container with a port of this machine that stays the same. */
export class ContainerServer implements Server {
  readonly way = 'docker';
  readonly address: string;
  readonly #mark: string;
  readonly #container: Container;
  readonly #greet: () => Promise<unknown>;
  #isRunning = true;

  private constructor(own: { address: string; mark: string; container: Container; greet: () => Promise<unknown> }) {
    this.address = own.address;
    this.#mark = own.mark;
    this.#container = own.container;
    this.#greet = own.greet;
  }

  /** Makes and starts it; pulls the image if it is not there. */
  static async create(recipe: Recipe): Promise<ContainerServer> {
    const { getContainerRuntimeClient } = await loadTestcontainers();
    const client = await getContainerRuntimeClient();
    const place = { host: client.info.containerRuntime.host, port: await freePort() };
    const { container, address } = recipe.container(place);
    const mark = randomUUID();
    own('container', mark);
    const id = await startContainer(recipe.image, container, { port: place.port, mark });
    const greet = (): Promise<unknown> => recipe.greet(address);
    await untilServing(greet, () => false);
    return new ContainerServer({ address, mark, container: client.container.getById(id), greet });
  }

  async start(): Promise<void> {
    await this.#container.start();
    this.#isRunning = true;
    await untilServing(this.#greet, () => false);
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!this.#isRunning) return;
    if (signal === 'SIGKILL') await this.#container.kill({ signal });
    else await this.#container.stop();
    this.#isRunning = false;
  }

  async pause(): Promise<void> {
    await this.#container.pause();
  }

  async resume(): Promise<void> {
    await this.#container.unpause();
  }

  async remove(): Promise<void> {
    await this.#container.remove({ force: true, v: true });
    disown('container', this.#mark);
  }
}

/** Resolves with its id; rejects with what it wrote last. */
async function startContainer(
  image: string,
  { port, env = {}, command, ready }: ContainerPlan,
  on: { port: number; mark: string },
): Promise<string> {
  const { GenericContainer, Wait } = await loadTestcontainers();
  let said = '';
  const generic = new GenericContainer(image)
    .withLabels({ [LABEL]: on.mark })
    .withExposedPorts({ container: port, host: on.port })
    .withEnvironment(env)
    .withWaitStrategy(Wait.forLogMessage(ready.line, ready.times))
    .withLogConsumer((log) =>
      log.on('data', (text: Buffer | string) => {
        said = `${said}${text}`.slice(-SAID_LENGTH_MAX);
      }),
    );
  if (command) generic.withCommand(command);
  try {
    return (await generic.start()).getId();
  } catch (cause) {
    const last = said.trim().split('\n').at(-1);
    throw new Error(last ? `it ended, and wrote last: ${last}` : reasonOf(cause), { cause });
  }
}

/** Pulls an image if it is not there; rejects with what the daemon says. */
export async function pullImage(image: string): Promise<void> {
  const { ImageName, getContainerRuntimeClient } = await loadTestcontainers();
  const { image: images } = await getContainerRuntimeClient();
  const name = ImageName.fromString(image);
  if (!(await images.exists(name))) await images.pull(name);
}

/** Removes a container that its owner could not remove. */
export async function removeContainer(mark: string): Promise<void> {
  const { getContainerRuntimeClient } = await loadTestcontainers();
  const { container } = await getContainerRuntimeClient();
  const found = await container.fetchByLabel(LABEL, mark);
  await found?.remove({ force: true, v: true });
}
