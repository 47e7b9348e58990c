import { statSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Scenario } from '@waymark/contracts';
import { runScenario } from '@waymark/simulation';
import { checkedResources } from '@waymark/platform';
import { parseFiles, type WorkspaceError, type WorkspaceFile } from '@waymark/workspace';
import { readWorkspace } from './read-workspace.js';

/** What became of one scenario. */
export interface ScenarioOutcome {
  file: string;
  id: string;
  status: 'passed' | 'failed';
  /** Empty when it passed. */
  message: string;
}

/** Runs the scenarios of a folder, recursively, or of one file; one's failure never stops the others. Rejects with NOT_FOUND. */
export async function runScenarios(path: string): Promise<ScenarioOutcome[]> {
  const outcomes: ScenarioOutcome[] = [];
  for (const { path: file, text } of (await filesAt(path)).filter(isScenario)) {
    const { scenarios, errors } = parseFiles([{ path: file, text }]);
    if (errors.length > 0) outcomes.push(unreadable(file, text, errors));
    for (const { scenario } of scenarios)
      outcomes.push({ file, id: scenario.id, ...(await outcomeOf(scenario, file)) });
  }
  return outcomes.sort((a, b) => (a.file < b.file ? -1 : 1));
}

async function outcomeOf(scenario: Scenario, file: string): Promise<Pick<ScenarioOutcome, 'status' | 'message'>> {
  try {
    const { passed, message } = await runScenario(scenario, {
      files: await workspaceOf(scenario, file),
      check: checkedResources,
      readFile: (path) => fileAt(resolve(dirname(file), path)),
    });
    return { status: passed ? 'passed' : 'failed', message };
  } catch (error) {
    return { status: 'failed', message: `it could not be run: ${(error as Error).message}` };
  }
}

/** The files a scenario runs on: a folder, a list of files and folders, or the folder it is in; never other scenarios. */
async function workspaceOf({ workspace = '.' }: Scenario, file: string): Promise<WorkspaceFile[]> {
  const paths = [workspace].flat().map((path) => resolve(dirname(file), path));
  const files = (await Promise.all(paths.map(filesAt))).flat();
  return files.filter((each) => !isScenario(each));
}

/** The files at a path, each by its path from here, so that they can name each other wherever they come from. */
async function filesAt(path: string): Promise<WorkspaceFile[]> {
  const files = await readWorkspace(path);
  const folder = statSync(path).isDirectory() ? path : '';
  return files.map((file) => ({ ...file, path: relative(process.cwd(), resolve(join(folder, file.path))) }));
}

function fileAt(path: string): WorkspaceFile {
  return { path: relative(process.cwd(), path), text: readFileSync(path, 'utf8') };
}

/** Whether a file is a scenario, in YAML or JSON; it may have mistakes. */
function isScenario({ text }: WorkspaceFile): boolean {
  return /^[\s{]*"?kind"?\s*:\s*["']?scenario\b/m.test(text);
}

function unreadable(file: string, text: string, errors: readonly WorkspaceError[]): ScenarioOutcome {
  const id = /^[\s{]*"?id"?\s*:\s*["']?([\w-]+)/m.exec(text)?.[1] ?? '';
  return {
    file,
    id,
    status: 'failed',
    message: errors.map(({ line, column, message }) => `${file}:${line}:${column} ${message}`).join('\n'),
  };
}
