import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { FailAsItIs } from '@waymark/runtime';
import type { ProcessorGroup, RecordBatch } from '@waymark/stream';

export const PROCESSORS = 'Processors';

/** Takes the batches of the ring's topics, each by the service that reads it. */
@Controller()
@UseFilters(FailAsItIs)
export class StreamController {
  constructor(@Inject(PROCESSORS) private readonly processors: ProcessorGroup) {}

  @EventPattern(['events.raw', 'events', 'interactions', 'actions'])
  take(@Payload() batch: RecordBatch): Promise<boolean> {
    return this.processors.process(batch);
  }
}
