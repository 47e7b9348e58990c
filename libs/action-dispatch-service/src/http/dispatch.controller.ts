import { Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, RawBody } from '@nestjs/common';
import type { Channel, CustomerId } from '@waymark/contracts';
import type { Delivery, DispatchStore, InboxMessage, Suppression } from '@waymark/ports';
import { RequireRole } from '@waymark/runtime';
import { z } from 'zod';
import type { ActionDispatch } from '../create-action-dispatch.js';
import type { OutcomesTaken } from '../outcome-api.js';
import { shownChannel } from './shown-channel.js';

export const ACTION_DISPATCH = 'ActionDispatch';
/** Finds the customer of any id; rejects with NOT_FOUND. */
export const RESOLVE_CUSTOMER = 'ResolveCustomer';

const limit = z.coerce.number().int().min(1).max(1000).default(100);
const deliveriesQuery = z.object({ customer: z.string().min(1), limit });

@Controller()
export class DispatchController {
  constructor(
    @Inject(ACTION_DISPATCH) private readonly dispatch: ActionDispatch,
    @Inject(RESOLVE_CUSTOMER) private readonly resolve: (id: string) => Promise<CustomerId>,
  ) {}

  @Post('v1/outcomes/:channel')
  @HttpCode(200)
  outcomes(
    @Param('channel') channel: string,
    @RawBody() body: Buffer | undefined,
    @Headers('waymark-signature') signature: string | undefined,
  ): Promise<OutcomesTaken> {
    return this.dispatch.outcomes.receive(channel, (body ?? Buffer.alloc(0)).toString('utf8'), signature);
  }

  @Get('api/deliveries')
  @RequireRole('viewer')
  async deliveries(@Query() query: unknown): Promise<Delivery[]> {
    const { customer, limit: most } = deliveriesQuery.parse(query);
    return this.dispatch.store.deliveries(await this.resolve(customer), most);
  }

  @Get('api/deliveries/counts')
  @RequireRole('viewer')
  counts(): ReturnType<DispatchStore['deliveryCounts']> {
    return this.dispatch.store.deliveryCounts();
  }

  @Get('api/channels')
  @RequireRole('viewer')
  channels(): Channel[] {
    return this.dispatch.channels().map(shownChannel);
  }

  @Get('api/suppressions')
  @RequireRole('viewer')
  suppressions(@Query('limit') most: string | undefined): Promise<Suppression[]> {
    return this.dispatch.store.suppressions(limit.parse(most));
  }

  @Get('api/customers/:id/inbox')
  @RequireRole('viewer')
  async inbox(@Param('id') id: string, @Query('limit') most: string | undefined): Promise<InboxMessage[]> {
    return this.dispatch.store.inbox(await this.resolve(id), limit.parse(most));
  }
}
