import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from '../create-logger.js';

/** Of OpenTelemetry's export results. */
const SUCCESS = 0;

type Exported = Parameters<SpanExporter['export']>[1];

/** Says so when a collector begins to take no spans, and when it takes them again; in between nothing, however long that is. */
export class TellingExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #logger: Logger;
  #fails = false;

  constructor(exporter: SpanExporter, logger: Logger) {
    this.#exporter = exporter;
    this.#logger = logger;
  }

  export(spans: Parameters<SpanExporter['export']>[0], done: Exported): void {
    this.#exporter.export(spans, (result) => {
      const fails = Number(result.code) !== SUCCESS;
      if (fails && !this.#fails) this.#logger.warn({ reason: result.error?.message }, 'spans cannot be exported');
      if (!fails && this.#fails) this.#logger.info('spans can be exported again');
      this.#fails = fails;
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}
