import type { Command } from './command.ts';
import { serverCommand } from './verbs/server.ts';

/** Every verb of the command line, in the order of the help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  server: serverCommand,
};
