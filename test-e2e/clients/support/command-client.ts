import { runCommand } from '../../support/run-command.ts';

/** A program that is called once for each thing it does. Resolves with its output. @throws Error with it, unless it ends with 0 */
export type CommandClient = (...args: readonly string[]) => Promise<string>;

/** `environment` is asked for at each call: it may be known only once the store runs. */
export function commandClient(
  command: string,
  environment: () => Readonly<Record<string, string>>,
  options: { readonly cwd?: string } = {},
): CommandClient {
  return async (...args) => {
    const { status, output } = await runCommand(command, args, environment(), options);
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${output}`);
    return output;
  };
}
