import { listCollections } from '../core/collections.ts';
import { deleteCollection } from '../core/delete-collection.ts';
import type { Master } from '../core/master.ts';
import { MasterError } from '../core/master-error.ts';
import type { MasterRoute } from './http-answer.ts';

/** The name must be given: nobody deletes the default collection by forgetting it. */
export const colDelete =
  (master: Master): MasterRoute =>
  async ({ params }) => {
    const name = params.get('collection');
    if (name === null) throw new MasterError('collection-not-found', 'the parameter collection is missing');
    if (!listCollections(master.topology, { plain: true, erasureCoded: true }).includes(name)) {
      throw new MasterError('collection-not-found', `collection ${name} does not exist`);
    }
    await deleteCollection(master.topology, master.servers, name);
    return { status: 204 };
  };
