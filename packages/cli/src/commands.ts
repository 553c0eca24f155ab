import type { Command } from './command.ts';
import { catalogCommand } from './verbs/catalog.ts';
import { gatewayCommand } from './verbs/gateway.ts';
import { masterCommand } from './verbs/master.ts';
import { notifyCommand } from './verbs/notify.ts';
import { selectCommand } from './verbs/select.ts';
import { serverCommand } from './verbs/server.ts';
import { volumeCommand } from './verbs/volume.ts';

/** Every verb of the command line, in the order of the help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  server: serverCommand,
  gateway: gatewayCommand,
  master: masterCommand,
  volume: volumeCommand,
  catalog: catalogCommand,
  notify: notifyCommand,
  select: selectCommand,
};
