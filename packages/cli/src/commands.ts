import type { Command } from './command.ts';
import type { Verb } from './verbs.ts';

/** The command of each verb; loaded when it is typed, so that one service does not wait for the code of all. */
export const COMMANDS: Readonly<Record<Verb, () => Promise<Command>>> = {
  server: async () => (await import('./verbs/server.ts')).serverCommand,
  gateway: async () => (await import('./verbs/gateway.ts')).gatewayCommand,
  master: async () => (await import('./verbs/master.ts')).masterCommand,
  volume: async () => (await import('./verbs/volume.ts')).volumeCommand,
  catalog: async () => (await import('./verbs/catalog.ts')).catalogCommand,
  notify: async () => (await import('./verbs/notify.ts')).notifyCommand,
  select: async () => (await import('./verbs/select.ts')).selectCommand,
  copy: async () => (await import('./verbs/copy.ts')).copyCommand,
  admin: async () => (await import('./verbs/admin.ts')).adminCommand,
};
