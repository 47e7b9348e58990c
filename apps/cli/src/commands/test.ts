import { dirname, join, relative, resolve } from 'node:path';
import { readFileSync, statSync } from 'node:fs';
import type { Scenario } from '@waymark/contracts';
import { runScenario, type ScenarioResult } from '@waymark/simulation';
import { checkedResources } from '@waymark/standalone';
import { parseFiles, type WorkspaceError, type WorkspaceFile } from '@waymark/workspace';
import pc from 'picocolors';
import type { Register } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { print } from '../output.js';
import { readWorkspace } from '../read-workspace.js';

interface Outcome {
  file: string;
  id: string;
  status: 'passed' | 'failed';
  message: string;
}

/** `waymark test DIR|FILE`: runs scenarios; one's failure never stops the others. */
export const test: Register = (program, { exit }) => {
  program
    .command('test')
    .description('run the scenarios of a folder, or one of them')
    .argument('<path>')
    .option('--json', 'machine-readable')
    .action(async (path: string, { json }: { json?: boolean }) => {
      const scenarios = await runAll(path);
      const passed = scenarios.filter(({ status }) => status === 'passed').length;
      const report = { passed, failed: scenarios.length - passed, scenarios };
      print(report, { json, text: () => [...scenarios.map(line), `${report.passed} passed, ${report.failed} failed`].join('\n') });
      exit(report.failed === 0 && passed > 0 ? EXIT.ok : EXIT.failed);
    });
};

async function runAll(path: string): Promise<Outcome[]> {
  const base = statSync(path).isDirectory() ? path : dirname(path);
  const files = (await readWorkspace(path)).map((file) => ({ ...file, path: statSync(path).isDirectory() ? join(base, file.path) : file.path }));
  const { scenarios, errors } = parseFiles(files.filter((file) => isScenario(file.text)));
  const outcomes = errors.map(unreadable);
  for (const { scenario, file } of scenarios) outcomes.push({ file, id: scenario.id, ...(await outcomeOf(scenario, file)) });
  return outcomes.sort((a, b) => (a.file < b.file ? -1 : 1));
}

function isScenario(text: string): boolean {
  return /^\s*"?kind"?\s*:\s*"?scenario"?/m.test(text);
}

async function outcomeOf(scenario: Scenario, file: string): Promise<Pick<Outcome, 'status' | 'message'>> {
  try {
    const { passed, message }: ScenarioResult = await runScenario(scenario, {
      files: await workspaceOf(scenario, file),
      check: checkedResources,
      readFile: (path) => fileAt(resolve(dirname(file), path)),
    });
    return { status: passed ? 'passed' : 'failed', message };
  } catch (error) {
    return { status: 'failed', message: `it could not be run: ${(error as Error).message}` };
  }
}

/** The files a scenario runs on: a folder, a list of files, or the folder it is in; never other scenarios. */
async function workspaceOf({ workspace }: Scenario, file: string): Promise<WorkspaceFile[]> {
  const folder = dirname(file);
  const files = Array.isArray(workspace) ? workspace.map((path) => fileAt(resolve(folder, path))) : await readWorkspace(resolve(folder, workspace ?? '.'));
  return files.filter(({ text }) => !isScenario(text));
}

function fileAt(path: string): WorkspaceFile {
  return { path: relative(process.cwd(), path), text: readFileSync(path, 'utf8') };
}

function unreadable({ file, line: at, column, message }: WorkspaceError): Outcome {
  return { file, id: file, status: 'failed', message: `${file}:${at}:${column} ${message}` };
}

function line({ file, id, status, message }: Outcome): string {
  const head = `${status === 'passed' ? pc.green('✓') : pc.red('✗')} ${id} ${pc.dim(file)}`;
  return message === '' ? head : `${head}\n${message.replace(/^/gm, '    ')}`;
}
