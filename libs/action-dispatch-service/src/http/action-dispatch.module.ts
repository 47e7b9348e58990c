import { Module, type DynamicModule } from '@nestjs/common';
import type { CustomerId } from '@waymark/contracts';
import type { ActionDispatch } from '../create-action-dispatch.js';
import { ACTION_DISPATCH, DispatchController, RESOLVE_CUSTOMER } from './dispatch.controller.js';

/** Action-dispatch over HTTP. */
@Module({})
export class ActionDispatchModule {
  static forRoot(dispatch: ActionDispatch, resolve: (id: string) => Promise<CustomerId>): DynamicModule {
    return {
      module: ActionDispatchModule,
      controllers: [DispatchController],
      providers: [
        { provide: ACTION_DISPATCH, useValue: dispatch },
        { provide: RESOLVE_CUSTOMER, useValue: resolve },
      ],
    };
  }
}
