import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WaymarkError } from '@waymark/contracts';
import { ApiClient, ApiError, connectionFrom } from './api-client.js';
import { FakeApi, type Answer } from './testing/fake-api.js';

const PROBLEM = { title: 'Not found', status: 404, code: 'NOT_FOUND', detail: 'there is no customer ada' };

describe('ApiClient', () => {
  let api: FakeApi | undefined;
  afterEach(async () => {
    await api?.stop();
    api = undefined;
  });

  const client = async (answers: Readonly<Record<string, Answer>>): Promise<ApiClient> => {
    api = await FakeApi.start(answers);
    return new ApiClient({ url: api.url, token: 'the-token' });
  };

  it('asks with its token, and gives the JSON that comes', async () => {
    const { get, url } = await client({ 'GET /api/status?a=b%20c': { json: { now: 1 } } }).then((c) => ({
      get: c.get.bind(c),
      url: c.url,
    }));
    expect(await get('/api/status?a=b%20c')).toEqual({ now: 1 });
    expect(url).toBe(api!.url);
    expect(api!.seen).toEqual([expect.objectContaining({ line: 'GET /api/status?a=b%20c', body: '' })]);
    expect(api!.seen[0]!.headers).toMatchObject({ authorization: 'Bearer the-token' });
    expect(api!.seen[0]!.headers).not.toHaveProperty('content-type');
  });

  it.each([{ files: [], dryRun: true }, [], null, false, 0, 'Zoë'])('sends %j as JSON', async (body) => {
    await (await client({ 'PUT /api/workspace': { json: {} } })).request('PUT', '/api/workspace', body);
    expect(JSON.parse(api!.seen[0]!.body)).toEqual(body);
    expect(api!.seen[0]!.headers).toMatchObject({ 'content-type': 'application/json' });
  });

  it.each<[string, Answer]>([
    ['nothing', { status: 202, text: '' }],
    ['what is no JSON', { status: 200, text: 'fine' }],
  ])('gives nothing for %s', async (_, answer) => {
    expect(await (await client({ 'GET /api/x': answer })).get('/api/x')).toBeUndefined();
  });

  it.each<[string, Answer, number, string]>([
    [
      'a problem document in its own words',
      { status: 404, type: 'application/problem+json', text: JSON.stringify(PROBLEM) },
      404,
      'there is no customer ada',
    ],
    ['JSON that is no problem by its status', { status: 500, text: '{"error":"x"}' }, 500, 'HTTP 500'],
    ['a page of a proxy by its status', { status: 502, type: 'text/html', text: '<h1>Bad</h1>' }, 502, 'HTTP 502'],
    ['an empty refusal by its status', { status: 401, text: '' }, 401, 'HTTP 401'],
  ])('rejects with %s', async (_, answer, status, message) => {
    const error: unknown = await (
      await client({ 'GET /api/x': answer })
    )
      .get('/api/x')
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ name: 'ApiError', status, message });
  });

  it('says what to do when nobody answers', async () => {
    const gone = await client({});
    await api!.stop();
    await expect(gone.get('/api/status')).rejects.toMatchObject({
      code: 'NOT_READY',
      message: `nobody answers at ${gone.url}: start it with "waymark up", or set WAYMARK_URL`,
    });
    api = undefined;
  });

  it.each(['nowhere', '', 'localhost:8080'])('says the same of %j, which is no address', async (url) => {
    await expect(new ApiClient({ url, token: 't' }).get('/api/status')).rejects.toMatchObject({ code: 'NOT_READY' });
  });
});

describe('connectionFrom', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'connection-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const keep = (text: string): Promise<void> => writeFile(join(folder, 'credentials.json'), text);
  const KEPT = JSON.stringify({ writeKey: 'w', adminToken: 'kept-token' });

  it('goes by the environment before all else', async () => {
    await keep(KEPT);
    const env = { WAYMARK_URL: 'http://there:1', WAYMARK_ADMIN_TOKEN: 'given', WAYMARK_DATA_DIR: folder };
    expect(await connectionFrom(env)).toEqual({ url: 'http://there:1', token: 'given' });
  });

  it('else takes the token that the data folder keeps, at the usual address', async () => {
    await keep(KEPT);
    expect(await connectionFrom({ WAYMARK_DATA_DIR: folder })).toEqual({
      url: 'http://127.0.0.1:8080',
      token: 'kept-token',
    });
  });

  it('says where it has looked when there is none', async () => {
    const error: unknown = await connectionFrom({ WAYMARK_DATA_DIR: folder }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WaymarkError);
    expect(error).toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining(`(looked in ${folder})`),
    });
  });

  it.each(['', '{', '{}', '{"adminToken":""}', '[]'])('says so when what is kept is damaged: %j', async (text) => {
    await keep(text);
    await expect(connectionFrom({ WAYMARK_DATA_DIR: folder })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining(`${join(folder, 'credentials.json')} is damaged`),
    });
  });

  it('does not look at what is kept when it is given a token', async () => {
    await keep('{');
    const { token } = await connectionFrom({ WAYMARK_DATA_DIR: folder, WAYMARK_ADMIN_TOKEN: 'given' });
    expect(token).toBe('given');
  });
});
