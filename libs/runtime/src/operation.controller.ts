import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Health, healthReportSchema, type HealthReport } from './health.js';
import { Metrics } from './metrics.js';
import { Operation } from './openapi/operation.js';

/** `/livez`, `/readyz`, `/metrics`: for the machine that runs the process. */
@Controller()
export class OperationController {
  constructor(
    private readonly health: Health,
    private readonly metrics: Metrics,
  ) {}

  @Get('livez')
  @Operation('Whether the process lives; 503 when it should be restarted', { answer: healthReportSchema, also: [503] })
  @HttpCode(200)
  async live(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthReport> {
    return answer(reply, await this.health.liveness());
  }

  @Get('readyz')
  @Operation('Whether the process takes traffic; 503 when it does not', { answer: healthReportSchema, also: [503] })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthReport> {
    return answer(reply, await this.health.readiness());
  }

  @Get('metrics')
  @Operation('Metrics, for Prometheus', { answer: z.string() })
  async scrape(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('content-type', this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }
}

function answer(reply: FastifyReply, report: HealthReport): HealthReport {
  void reply.status(report.ok ? 200 : 503);
  return report;
}
