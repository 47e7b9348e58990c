import { Module, type DynamicModule } from '@nestjs/common';
import type { InstanceChecks } from '../check/create-instance-checks.js';
import { InstanceCheck } from '../check/instance-check.js';
import { InstanceWalk } from '../check/instance-walk.js';
import type { JourneyState } from '../create-journey-state.js';
import { EntryRequests } from '../controls/entry-requests.js';
import { JourneyControls } from '../controls/journey-controls.js';
import { JourneyApi } from '../journey-api.js';
import { VersionsReader } from '../journey-versions.js';
import { TimelineReader } from '../timeline-reader.js';
import { JourneysController } from './journeys.controller.js';
import { VersionsController } from './versions.controller.js';
import { ChecksController } from './checks.controller.js';
import { TimelineController } from './timeline.controller.js';

/** Journey-state over HTTP; `reader` joins the timelines of all services. */
@Module({})
export class JourneyStateModule {
  static forRoot(journeyState: JourneyState, checks: InstanceChecks, reader: TimelineReader): DynamicModule {
    return {
      module: JourneyStateModule,
      controllers: [ChecksController, JourneysController, TimelineController, VersionsController],
      providers: [
        { provide: JourneyApi, useValue: journeyState.api },
        { provide: JourneyControls, useValue: journeyState.controls },
        { provide: InstanceCheck, useValue: checks.check },
        { provide: InstanceWalk, useValue: checks.walk },
        { provide: EntryRequests, useValue: journeyState.entries },
        { provide: VersionsReader, useValue: journeyState.versions },
        { provide: TimelineReader, useValue: reader },
      ],
    };
  }
}
