// A client process of the consistency run: told what to do by its parent, it works until told to stop and then sends what it saw.
import { once } from 'node:events';
import { type ClientLoopOptions, runClients } from './client-loop.ts';

const stop = new AbortController();
const [options] = (await once(process, 'message')) as [ClientLoopOptions];
process.once('message', () => stop.abort());
process.once('disconnect', () => process.exit());
const log = await runClients(options, stop.signal);
process.send?.(log, () => process.disconnect?.());
