import { Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, RawBody } from '@nestjs/common';
import type { Channel, CustomerId } from '@waymark/contracts';
import type { Delivery, DispatchStore, InboxMessage, Suppression } from '@waymark/ports';
import { Operation, RequireRole } from '@waymark/runtime';
import { z } from 'zod';
import type { ActionDispatch } from '../create-action-dispatch.js';
import { outcomesSchema, outcomesTakenSchema, type OutcomesTaken } from '../outcome-api.js';
import {
  deliveryCountSchema,
  deliverySchema,
  inboxMessageSchema,
  shownChannelSchema,
  suppressionSchema,
} from './dispatch-answers.js';
import { shownChannel } from './shown-channel.js';

export const ACTION_DISPATCH = 'ActionDispatch';
/** Finds the customer of any id; rejects with NOT_FOUND. */
export const RESOLVE_CUSTOMER = 'ResolveCustomer';

const limit = z.coerce.number().int().min(1).max(1000).default(100);
const limitQuery = z.object({ limit });
const deliveriesQuery = z.object({ customer: z.string().min(1), limit });

@Controller()
export class DispatchController {
  constructor(
    @Inject(ACTION_DISPATCH) private readonly dispatch: ActionDispatch,
    @Inject(RESOLVE_CUSTOMER) private readonly resolve: (id: string) => Promise<CustomerId>,
  ) {}

  @Post('v1/outcomes/:channel')
  @Operation('What a provider reports of messages', { answer: outcomesTakenSchema, by: 'signature' })
  @HttpCode(200)
  outcomes(
    @Param('channel') channel: string,
    @RawBody({ schema: outcomesSchema }) body: Buffer | undefined,
    @Headers('waymark-signature') signature: string | undefined,
  ): Promise<OutcomesTaken> {
    return this.dispatch.outcomes.receive(channel, (body ?? Buffer.alloc(0)).toString('utf8'), signature);
  }

  @Get('api/deliveries')
  @Operation("A customer's newest deliveries", { answer: z.array(deliverySchema) })
  @RequireRole('viewer')
  async deliveries(
    @Query({ schema: deliveriesQuery }) { customer, limit: most }: z.output<typeof deliveriesQuery>,
  ): Promise<Delivery[]> {
    return this.dispatch.store.deliveries(await this.resolve(customer), most);
  }

  @Get('api/deliveries/counts')
  @Operation('Deliveries, counted by channel, state and reason', { answer: z.array(deliveryCountSchema) })
  @RequireRole('viewer')
  counts(): ReturnType<DispatchStore['deliveryCounts']> {
    return this.dispatch.store.deliveryCounts();
  }

  @Get('api/channels')
  @Operation('The channels in use', { answer: z.array(shownChannelSchema) })
  @RequireRole('viewer')
  channels(): Channel[] {
    return this.dispatch.channels().map(shownChannel);
  }

  @Get('api/suppressions')
  @Operation('Addresses that must not be used any more', { answer: z.array(suppressionSchema) })
  @RequireRole('viewer')
  suppressions(@Query({ schema: limitQuery }) { limit: most }: z.output<typeof limitQuery>): Promise<Suppression[]> {
    return this.dispatch.store.suppressions(most);
  }

  @Get('api/customers/:id/inbox')
  @Operation("A customer's newest inbox messages", { answer: z.array(inboxMessageSchema) })
  @RequireRole('viewer')
  async inbox(
    @Param('id') id: string,
    @Query({ schema: limitQuery }) { limit: most }: z.output<typeof limitQuery>,
  ): Promise<InboxMessage[]> {
    return this.dispatch.store.inbox(await this.resolve(id), most);
  }
}
