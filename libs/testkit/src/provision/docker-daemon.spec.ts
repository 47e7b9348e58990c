import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dockerAnswers } from './docker-daemon.js';

const daemon = createServer((socket) => socket.destroy());
let place: string;

beforeEach(async () => {
  await new Promise<void>((done) => daemon.listen(0, '127.0.0.1', done));
  place = `tcp://127.0.0.1:${(daemon.address() as AddressInfo).port}`;
});

afterEach(() => {
  daemon.close();
});

describe('whether a Docker daemon answers', () => {
  it('is so when it accepts a connection', async () => {
    expect(await dockerAnswers({ DOCKER_HOST: place })).toBe(true);
  });

  it('is not so when it has ended', async () => {
    await new Promise((done) => daemon.close(done));
    expect(await dockerAnswers({ DOCKER_HOST: place })).toBe(false);
  });

  it.each(['unix:///nowhere/docker.sock', 'nonsense'])('is not so at %s', async (nowhere) => {
    expect(await dockerAnswers({ DOCKER_HOST: nowhere })).toBe(false);
  });
});
