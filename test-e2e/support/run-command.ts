import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly status: number | null;
  /** Standard output and error as they came. */
  readonly output: string;
}

/** Runs a command to its end. `environment` is all that it sees beside PATH and HOME. */
export function runCommand(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  options: { readonly cwd?: string } = {},
): Promise<CommandResult> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { PATH, HOME, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
    });
    const pieces: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
    child.stderr.on('data', (piece: Buffer) => pieces.push(piece));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output: Buffer.concat(pieces).toString() }));
  });
}

/** Runs a command as we would ourselves, with our environment. @throws Error with all that it said, unless it ends with 0 */
export async function runOrThrow(command: string, args: readonly string[], cwd?: string): Promise<string> {
  const inherited = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']));
  const { status, output } = await runCommand(command, args, inherited, cwd === undefined ? {} : { cwd });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${output}`);
  return output;
}
