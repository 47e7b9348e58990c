import { Body, Controller, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import {
  consentStatusSchema,
  jsonObjectSchema,
  purposeSchema,
  resourceIdSchema,
  strategySchema,
} from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import type { StoredEvent } from '@waymark/ports';
import { Operation, RequireRole } from '@waymark/runtime';
import { z } from 'zod';
import { CustomerApi, customerMergeSchema, type CustomerMerge } from '../customer-api.js';
import { customerContextSchema, storedEventSchema } from './customer-answers.js';

const consentBody = z.strictObject({ channel: resourceIdSchema, purpose: purposeSchema, status: consentStatusSchema });
const agencyBody = z.strictObject({
  category: z.string().min(1),
  level: strategySchema,
  source: z.string().default('api'),
});
const traitsBody = z.strictObject({ traits: jsonObjectSchema });
const eventsQuery = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) });

@Controller('api/customers/:id')
export class CustomersController {
  constructor(private readonly customers: CustomerApi) {}

  @Get()
  @Operation('What is known of a customer', { answer: customerContextSchema })
  @RequireRole('viewer')
  context(@Param('id') id: string): Promise<CustomerContext> {
    return this.customers.context(id);
  }

  @Get('events')
  @Operation("A customer's newest events", { answer: z.array(storedEventSchema) })
  @RequireRole('viewer')
  events(
    @Param('id') id: string,
    @Query({ schema: eventsQuery }) { limit }: z.output<typeof eventsQuery>,
  ): Promise<StoredEvent[]> {
    return this.customers.events(id, limit);
  }

  @Patch()
  @Operation('Sets traits; null removes one', { answer: z.void() })
  @HttpCode(202)
  @RequireRole('operator')
  setTraits(
    @Param('id') id: string,
    @Body({ schema: traitsBody }) { traits }: z.output<typeof traitsBody>,
  ): Promise<void> {
    return this.customers.setTraits(id, traits);
  }

  @Get('merges')
  @Operation('Who turned out to be this customer', { answer: customerMergeSchema.array() })
  @RequireRole('viewer')
  merges(@Param('id') id: string): Promise<CustomerMerge[]> {
    return this.customers.merges(id);
  }

  @Post('merges/:mergeId/undo')
  @Operation('Takes a merge back, within 30 days', { answer: z.void() })
  @HttpCode(202)
  @RequireRole('operator')
  undoMerge(@Param('id') id: string, @Param('mergeId') mergeId: string): Promise<void> {
    return this.customers.undoMerge(id, mergeId);
  }

  @Get('consents')
  @Operation('What a customer consents to', { answer: customerContextSchema.shape.consents })
  @RequireRole('viewer')
  async consents(@Param('id') id: string): Promise<CustomerContext['consents']> {
    return (await this.customers.context(id)).consents;
  }

  @Put('consents')
  @Operation('Sets a consent', { answer: z.void() })
  @HttpCode(202)
  @RequireRole('operator')
  setConsent(
    @Param('id') id: string,
    @Body({ schema: consentBody }) body: z.output<typeof consentBody>,
  ): Promise<void> {
    return this.customers.setConsent(id, body);
  }

  @Get('agency')
  @Operation('How much a customer lets be done for her', { answer: customerContextSchema.shape.agency })
  @RequireRole('viewer')
  async agency(@Param('id') id: string): Promise<CustomerContext['agency']> {
    return (await this.customers.context(id)).agency;
  }

  @Put('agency')
  @Operation('Sets how much a customer lets be done for her', { answer: z.void() })
  @HttpCode(202)
  @RequireRole('operator')
  setAgency(@Param('id') id: string, @Body({ schema: agencyBody }) body: z.output<typeof agencyBody>): Promise<void> {
    return this.customers.setAgency(id, body);
  }
}
