import { createHash } from 'node:crypto';
import type { ObjectStorage } from '@needlestack/object-storage';
import { CopyManifest } from './copy-manifest.ts';
import { type CopyCounts, copyPrefix, newCounts } from './copy-prefix.ts';
import { formatBytes, formatCount, ProgressBar } from './copy-progress.ts';
import { FAILURES_SHOWN_MAX, STALE_UPLOAD_MS } from './limits.ts';

export interface RunCopyOptions {
  readonly source: ObjectStorage;
  readonly target: ObjectStorage;
  /** As it is named in messages. */
  readonly sourceName: string;
  /** Source and target as text: what the manifest is of. */
  readonly identity: string;
  readonly manifestDirectory: string;
  readonly jobs: number;
  readonly failuresMax: number;
  readonly output: 'text' | 'json';
  /** Shows a bar meanwhile. */
  readonly isTerminal: boolean;
  readonly stop: AbortSignal;
  readonly cut: AbortSignal;
}

const FAILURE_STATUS = 1;

/** Name of the manifest's directory when none is given: the same for the same copy. */
export function manifestNameOf(identity: string): string {
  return `needlestack-copy-${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
}

/** Copies, shows how it goes on standard error and what came of it on standard output. Resolves with the exit status. */
export async function runCopy(options: RunCopyOptions): Promise<number> {
  const { source, target, manifestDirectory, output, stop, cut } = options;
  const startMs = performance.now();
  const counts = newCounts();
  const manifest = await CopyManifest.open(manifestDirectory, options.identity);
  const bar =
    options.isTerminal && output === 'text'
      ? new ProgressBar({ counts, source, write: (text) => process.stderr.write(text), nowMs: () => performance.now() })
      : undefined;
  let problem: Error | undefined;
  try {
    // Runs that were killed may have left uploads. Whoever may not list them may still copy.
    await target.abortStaleUploads('', STALE_UPLOAD_MS, { signal: cut }).catch(() => 0);
    await copyPrefix({ ...options, manifest, counts });
  } catch (error) {
    problem = cut.aborted ? toError(error) : asListingError(error, options.sourceName);
  } finally {
    bar?.close();
    await manifest.close();
  }
  const seconds = (performance.now() - startMs) / 1_000;
  const isWhole = problem === undefined && counts.failures.length === 0 && !stop.aborted;
  const render = output === 'json' ? renderJson : renderText;
  process.stdout.write(render(counts, { seconds, isWhole, manifestDirectory, problem }));
  if (problem !== undefined) throw problem;
  return isWhole ? 0 : FAILURE_STATUS;
}

function toError(error: unknown): Error {
  return Error.isError(error) ? error : new Error(String(error));
}

function asListingError(cause: unknown, sourceName: string): Error {
  return new Error(`the source ${sourceName} cannot be listed: ${toError(cause).message}`, { cause });
}

interface Outcome {
  readonly seconds: number;
  readonly isWhole: boolean;
  readonly manifestDirectory: string;
  /** What ended the run before its time. */
  readonly problem: Error | undefined;
}

function renderJson(counts: CopyCounts, { seconds, isWhole, manifestDirectory, problem }: Outcome): string {
  const { copied, copiedBytes, skipped, vanished, failures } = counts;
  return `${JSON.stringify({
    complete: isWhole,
    copied,
    copiedBytes,
    skipped,
    vanished,
    failed: failures.length,
    failures: failures.slice(0, FAILURES_SHOWN_MAX),
    ...(problem === undefined ? undefined : { error: problem.message }),
    seconds: Number(seconds.toFixed(3)),
    manifest: manifestDirectory,
  })}\n`;
}

function renderText(counts: CopyCounts, { seconds, isWhole, manifestDirectory }: Outcome): string {
  const { copied, copiedBytes, skipped, vanished, failures } = counts;
  const lines = [
    `copied ${formatCount(copied)} objects, ${formatBytes(copiedBytes)}, in ${seconds.toFixed(1)} s; ` +
      `${formatCount(skipped)} were copied before, ${formatCount(vanished)} had vanished, ${formatCount(failures.length)} failed`,
    ...failures.slice(0, FAILURES_SHOWN_MAX).map(({ key, code, message }) => `  ${key}: ${code}: ${message}`),
  ];
  if (!isWhole) lines.push(`not complete; the same command goes on from ${manifestDirectory}`);
  return `${lines.join('\n')}\n`;
}
