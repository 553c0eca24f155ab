import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A TypeScript file of a package or service, with what it imports. */
export interface SourceFile {
  /** From the repository's root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly lineCount: number;
  /** Relative imports as repository paths, others as written. */
  readonly imports: readonly string[];
}

const IMPORT = /^\s*(?:import|export)\b[^'";]*?\bfrom\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

function importsOf(path: string, text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(IMPORT)) {
    const specifier = match[1] ?? match[2] ?? match[3];
    if (specifier === undefined) continue;
    found.push(specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : specifier);
  }
  return found;
}

/** Every tracked or new TypeScript file below packages/ and services/. */
export function listSourceFiles(): SourceFile[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '-co', '--exclude-standard', '--', 'packages/*.ts', 'services/*.ts'],
    { cwd: ROOT, encoding: 'utf8' },
  );
  const files: SourceFile[] = [];
  for (const path of new Set(listed.split('\n'))) {
    if (path === '') continue;
    let text: string;
    try {
      text = readFileSync(join(ROOT, path), 'utf8');
    } catch {
      continue; // deleted in the work tree, still in the index
    }
    files.push({ path: relative('.', path), text, lineCount: text.split('\n').length, imports: importsOf(path, text) });
  }
  return files;
}

/** True for files that only tests, benches or fuzzers load. */
export function isTestFile(path: string): boolean {
  return /\.test\.ts$|\/(test|testing|bench|fuzz)\//.test(path);
}
