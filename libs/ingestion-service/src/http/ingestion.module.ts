import { Module, type DynamicModule } from '@nestjs/common';
import { Acceptor } from '../accept/acceptor.js';
import type { Ingestion } from '../create-ingestion.js';
import { CustomerApi } from '../customer-api.js';
import { SegmentApi } from '../segment-api.js';
import { WorkspaceApi } from '../workspace-api.js';
import { CustomersController } from './customers.controller.js';
import { EventsController } from './events.controller.js';
import { SegmentsController } from './segments.controller.js';
import { WorkspaceController } from './workspace.controller.js';

/** Ingestion over HTTP. */
@Module({})
export class IngestionModule {
  static forRoot(ingestion: Ingestion): DynamicModule {
    return {
      module: IngestionModule,
      controllers: [EventsController, CustomersController, SegmentsController, WorkspaceController],
      providers: [
        { provide: Acceptor, useValue: ingestion.acceptor },
        { provide: CustomerApi, useValue: ingestion.customers },
        { provide: SegmentApi, useValue: ingestion.segments },
        { provide: WorkspaceApi, useValue: ingestion.workspace },
      ],
    };
  }
}
