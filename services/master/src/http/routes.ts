import type { Master } from '../core/master.ts';
import { clusterStatus } from './cluster-status.ts';
import { colDelete } from './col-delete.ts';
import { collectionInfo } from './collection-info.ts';
import { dirAssign } from './dir-assign.ts';
import { dirLookup } from './dir-lookup.ts';
import { dirStatus } from './dir-status.ts';
import type { MasterRoute } from './http-answer.ts';
import { submit } from './submit.ts';
import { volGrow } from './vol-grow.ts';
import { volStatus } from './vol-status.ts';
import { volVacuum } from './vol-vacuum.ts';

/** Every path of the master's HTTP port beside health and `/{fileId}`. Any method is taken unless a route says otherwise. */
export const createRoutes = (master: Master): ReadonlyMap<string, MasterRoute> =>
  new Map([
    ['/dir/assign', dirAssign(master)],
    ['/dir/lookup', dirLookup(master)],
    ['/dir/status', dirStatus(master)],
    ['/vol/grow', volGrow(master)],
    ['/vol/vacuum', volVacuum(master)],
    ['/vol/status', volStatus(master)],
    ['/col/delete', colDelete(master)],
    ['/collection/info', collectionInfo(master)],
    ['/cluster/status', clusterStatus(master)],
    ['/submit', submit(master)],
  ]);
