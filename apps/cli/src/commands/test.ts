import pc from 'picocolors';
import type { Register } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { complain, print } from '../output.js';
import { runScenarios, type ScenarioOutcome } from '../run-scenarios.js';

/** `waymark test DIR|FILE`: runs scenarios; one's failure never stops the others. */
export const test: Register = (program, { exit }) => {
  program
    .command('test')
    .description('run the scenarios of a folder, or one of them')
    .argument('<path>')
    .option('--json', 'machine-readable')
    .action(async (path: string, { json }: { json?: boolean }) => {
      const scenarios = await runScenarios(path);
      const passed = scenarios.filter(({ status }) => status === 'passed').length;
      const report = { passed, failed: scenarios.length - passed, scenarios };
      print(report, {
        json,
        text: () => [...scenarios.map(line), `${report.passed} passed, ${report.failed} failed`].join('\n'),
      });
      if (scenarios.length === 0)
        complain(
          `there is no scenario in ${path}: a scenario is a YAML or JSON file that begins with "kind: scenario"`,
        );
      exit(report.failed === 0 && passed > 0 ? EXIT.ok : EXIT.failed);
    });
};

function line({ file, id, status, message }: ScenarioOutcome): string {
  const head = `${status === 'passed' ? pc.green('✓') : pc.red('✗')} ${id} ${pc.dim(file)}`;
  return message === '' ? head : `${head}\n${message.replace(/^/gm, '    ')}`;
}
