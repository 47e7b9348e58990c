import { Body, Controller, Get, Inject, Param, Put, Query } from '@nestjs/common';
import { instantSchema, TOPICS, WaymarkError, type Topic } from '@waymark/contracts';
import { Operation, RequireRole } from '@waymark/runtime';
import { z } from 'zod';
import { HeldClock } from '../clock/held-clock.js';
import { settle } from '../clock/settle.js';
import type { Platform } from '../create-platform.js';
import { logPageSchema, type LogPage } from './log-page.js';
import { platformStatus, platformStatusSchema, type PlatformStatus } from './platform-status.js';

export const PLATFORM = 'Platform';

const clockBody = z.strictObject({ to: z.iso.datetime({ offset: true }).optional() });
const clockAnswer = z.object({ now: instantSchema });
const logQuery = z.object({
  offset: z.coerce.number().int().min(-1).default(-1),
  max: z.coerce.number().int().min(1).max(1000).default(100),
});

/** What concerns the process as a whole: its status, its log, and in a demo its clock. */
@Controller('api')
export class PlatformController {
  constructor(@Inject(PLATFORM) private readonly platform: Platform) {}

  @Get('status')
  @Operation('How the system is doing', { answer: platformStatusSchema })
  @RequireRole('viewer')
  status(): Promise<PlatformStatus> {
    return platformStatus(this.platform);
  }

  /** Records of one partition; offset -1 answers with the end, for whoever wants to follow. */
  @Get('log/:topic/:partition')
  @Operation('Records of one partition of a topic', { answer: logPageSchema })
  @RequireRole('operator')
  async records(
    @Param('topic') topic: string,
    @Param('partition') partitionText: string,
    @Query({ schema: logQuery }) { offset, max }: z.output<typeof logQuery>,
  ): Promise<LogPage> {
    const log = this.platform.openedLog.browsing;
    if (!TOPICS.includes(topic as Topic))
      throw new WaymarkError('NOT_FOUND', `there is no topic ${topic}; there are ${TOPICS.join(', ')}`);
    if (!/^\d+$/.test(partitionText) || Number(partitionText) >= log.partitions)
      throw new WaymarkError(
        'NOT_FOUND',
        `there is no partition ${partitionText}; there are 0 to ${log.partitions - 1}`,
      );
    const at = { topic: topic as Topic, partition: Number(partitionText) };
    if (offset === -1) return { next: await log.endOffset(at), records: [] };
    const records = await log.read({ ...at, offset, max });
    return { next: records.at(-1) === undefined ? offset : records.at(-1)!.offset + 1, records };
  }

  /** Lets the ring come to rest, moves a held clock, and lets it come to rest again. */
  @Put('clock')
  @Operation('Moves a held clock', { answer: clockAnswer })
  @RequireRole('admin')
  async moveClock(
    @Body({ schema: clockBody }) { to }: z.output<typeof clockBody>,
  ): Promise<z.infer<typeof clockAnswer>> {
    const { clock, group, log } = this.platform;
    if (!(clock instanceof HeldClock))
      throw new WaymarkError(
        'INVALID_BODY',
        'the clock runs by itself: only one started with WAYMARK_CLOCK_START can be moved',
      );
    const rest = (): Promise<void> => settle(group, log);
    await rest();
    const target = to === undefined ? clock.now() : Date.parse(to);
    if (target > clock.now()) {
      clock.moveTo(target);
      await rest();
    }
    return { now: new Date(clock.now()).toISOString() };
  }
}
