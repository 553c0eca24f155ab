/** Every verb of the command line with what it is for, in the order of the help. */
export const VERBS = {
  server: 'Runs all six services in one process.',
  gateway: 'Serves S3: checks signatures, authorizes, routes to the other services.',
  master: 'Knows the volume servers, places volumes, gives out file ids.',
  volume: 'Keeps the bytes of objects as needles in volume files.',
  catalog: 'Keeps every name: buckets, objects, tables, configurations and the log of changes.',
  notify: 'Delivers bucket events to their targets.',
  select: 'Runs SQL over the bytes of objects.',
  copy: 'Copies objects from one S3 store to another, and goes on where it was stopped.',
  admin: 'Does work on a running store that nobody does by itself: admin orphans, admin explain-access.',
} as const;

export type Verb = keyof typeof VERBS;

export function isVerb(text: string): text is Verb {
  return Object.hasOwn(VERBS, text);
}
