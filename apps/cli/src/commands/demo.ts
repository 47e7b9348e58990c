import { Option } from 'commander';
import type { Register } from '../command.js';
import { runDemo, type DemoOptions } from '../demo/run-demo.js';
import { wholeNumber } from '../whole-number.js';

/** `waymark demo`: a simulated week of the example shop, and its report. */
export const demo: Register = (program, { env }) => {
  program
    .command('demo')
    .description('run the example shop through a simulated week and report')
    .addOption(new Option('--customers <n>', 'how many customers').argParser(wholeNumber).default(3000))
    .addOption(new Option('--seed <n>', 'fixes every choice').argParser(wholeNumber).default(1))
    .addOption(
      new Option('--scale <x>', 'simulated seconds a real second, at most').argParser(wholeNumber).default(20_000),
    )
    .option('--port <port>', 'port of the HTTP endpoints; 0 takes a free one', '8080')
    .option('--exit', 'end after the report', false)
    .action((options: DemoOptions) => runDemo(options, env));
};
