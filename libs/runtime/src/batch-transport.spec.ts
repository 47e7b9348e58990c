import 'reflect-metadata';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Module, UseFilters, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, Payload } from '@nestjs/microservices';
import { WaymarkError } from '@waymark/contracts';
import type { HandOver, RecordBatch } from '@waymark/stream';
import { BatchTransport, FailAsItIs } from './batch-transport.js';

const RECORD = { topic: 'events', partition: 1, offset: 7, key: 'ada', value: '{}', headers: {} } as const;
const BATCH: RecordBatch = { topic: 'events', partition: 1, records: [RECORD, { ...RECORD, offset: 8 }] };
const FAILURE = new WaymarkError('STORE_UNAVAILABLE', 'the database is away', { retryAfterMs: 7 });

@Controller()
@UseFilters(FailAsItIs)
class Taker {
  @EventPattern('events')
  async take(@Payload() batch: RecordBatch): Promise<boolean> {
    return batch.records.length === 2 && batch.records[1]!.offset === 8;
  }

  @EventPattern(['interactions', 'actions'])
  async fail(): Promise<boolean> {
    throw FAILURE;
  }
}

@Module({ controllers: [Taker] })
class TakerModule {}

let app: INestMicroservice;

/** A listening app, and what its source was given to hand batches over by. */
async function listening(): Promise<{ handOver: HandOver; done: string[] }> {
  const done: string[] = [];
  let handOver: HandOver | undefined;
  const strategy = new BatchTransport({
    async start(given) {
      handOver = given;
      done.push('started');
    },
    async stop() {
      done.push('stopped');
    },
  });
  app = await NestFactory.createMicroservice(TakerModule, { strategy, logger: false });
  await app.listen();
  return { handOver: handOver!, done };
}

describe('BatchTransport', () => {
  afterEach(() => app.close());

  it('hands a whole batch to the handler of its topic, and gives back what that resolves with', async () => {
    const { handOver } = await listening();
    expect(await handOver(BATCH)).toBe(true);
    expect(await handOver({ ...BATCH, records: [] })).toBe(false);
  });

  it("gives a handler's failure back as it is: its kind says what is to be done about it", async () => {
    const { handOver } = await listening();
    await expect(handOver({ ...BATCH, topic: 'actions' })).rejects.toBe(FAILURE);
  });

  it('is a defect for a topic that nobody handles', async () => {
    const { handOver } = await listening();
    await expect(handOver({ ...BATCH, topic: 'dead-letters' })).rejects.toMatchObject({ code: 'DEFECT' });
  });

  it('stops its source when it is closed', async () => {
    const { done } = await listening();
    await app.close();
    expect(done).toEqual(['started', 'stopped']);
  });

  it('does not listen when its source cannot begin', async () => {
    const strategy = new BatchTransport({ start: () => Promise.reject(FAILURE), stop: async () => undefined });
    app = await NestFactory.createMicroservice(TakerModule, { strategy, logger: false });
    await expect(app.listen()).rejects.toBe(FAILURE);
  });
});
