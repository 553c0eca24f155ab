export type { FoundServer } from './find-server.ts';
export { findServer } from './find-server.ts';
export { freePort } from './free-port.ts';
export type { RunningServer, ServerKind } from './server-recipe.ts';
