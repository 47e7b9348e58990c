import { Body, Controller, Get, HttpCode, Param, Patch, Put, Query } from '@nestjs/common';
import {
  consentStatusSchema,
  jsonObjectSchema,
  purposeSchema,
  resourceIdSchema,
  strategySchema,
} from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import type { StoredEvent } from '@waymark/ports';
import { RequireRole } from '@waymark/runtime';
import { z } from 'zod';
import { CustomerApi } from '../customer-api.js';

const consentBody = z.strictObject({ channel: resourceIdSchema, purpose: purposeSchema, status: consentStatusSchema });
const agencyBody = z.strictObject({
  category: z.string().min(1),
  level: strategySchema,
  source: z.string().default('api'),
});
const traitsBody = z.strictObject({ traits: jsonObjectSchema });
const limitQuery = z.coerce.number().int().min(1).max(1000).default(100);

@Controller('api/customers/:id')
export class CustomersController {
  constructor(private readonly customers: CustomerApi) {}

  @Get()
  @RequireRole('viewer')
  context(@Param('id') id: string): Promise<CustomerContext> {
    return this.customers.context(id);
  }

  @Get('events')
  @RequireRole('viewer')
  events(@Param('id') id: string, @Query('limit') limit: string | undefined): Promise<StoredEvent[]> {
    return this.customers.events(id, limitQuery.parse(limit));
  }

  @Patch()
  @HttpCode(202)
  @RequireRole('operator')
  setTraits(@Param('id') id: string, @Body() body: unknown): Promise<void> {
    return this.customers.setTraits(id, traitsBody.parse(body).traits);
  }

  @Get('consents')
  @RequireRole('viewer')
  async consents(@Param('id') id: string): Promise<CustomerContext['consents']> {
    return (await this.customers.context(id)).consents;
  }

  @Put('consents')
  @HttpCode(202)
  @RequireRole('operator')
  setConsent(@Param('id') id: string, @Body() body: unknown): Promise<void> {
    return this.customers.setConsent(id, consentBody.parse(body));
  }

  @Get('agency')
  @RequireRole('viewer')
  async agency(@Param('id') id: string): Promise<CustomerContext['agency']> {
    return (await this.customers.context(id)).agency;
  }

  @Put('agency')
  @HttpCode(202)
  @RequireRole('operator')
  setAgency(@Param('id') id: string, @Body() body: unknown): Promise<void> {
    return this.customers.setAgency(id, agencyBody.parse(body));
  }
}
