import { TOPICS, type Topic } from '@waymark/contracts';

/** The topics and their names in Kafka, which begin with the prefix. */
export class TopicNames {
  /** The topics by their names in Kafka. */
  readonly topics: ReadonlyMap<string, Topic>;
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
    this.topics = new Map(TOPICS.map((topic) => [this.nameOf(topic), topic]));
  }

  nameOf(topic: Topic): string {
    return `${this.#prefix}${topic}`;
  }
}
