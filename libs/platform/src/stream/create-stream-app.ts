import 'reflect-metadata';
import { Module, type DynamicModule, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BatchTransport } from '@waymark/runtime';
import type { Platform } from '../create-platform.js';
import { PROCESSORS, StreamController } from './stream.controller.js';

@Module({})
class StreamModule {
  static forRoot({ group }: Pick<Platform, 'group'>): DynamicModule {
    return {
      module: StreamModule,
      controllers: [StreamController],
      providers: [{ provide: PROCESSORS, useValue: group }],
    };
  }
}

/** What works on the partitions; it begins when it listens and ends, its batches done, when it is closed. */
export function createStreamApp(
  platform: Pick<Platform, 'group' | 'processors' | 'openedLog'>,
): Promise<INestMicroservice> {
  const { group, openedLog } = platform;
  const strategy = new BatchTransport({
    async start(handOver) {
      group.handOverTo(handOver);
      await openedLog.assign(platform);
    },
    stop: () => group.stop(),
  });
  return NestFactory.createMicroservice(StreamModule.forRoot(platform), { strategy, logger: false });
}
