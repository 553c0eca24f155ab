import { sumCollections, sumSpace } from '../core/collections.ts';
import type { Master } from '../core/master.ts';
import { MasterError } from '../core/master-error.ts';
import { jsonAnswer, type MasterRoute } from './http-answer.ts';

/** With `detail` every collection, as an array; else the one named. */
export const collectionInfo =
  (master: Master): MasterRoute =>
  ({ params }) => {
    const describe = (collection: string) => {
      const space = sumSpace(master.topology, (layout) => layout.collection === collection);
      return { Collection: collection, TotalSize: space.totalBytes, UsedSize: space.usedBytes };
    };
    const infos = sumCollections(master.topology).map((sum) => ({
      ...describe(sum.collection),
      FileCount: sum.fileCount,
      VolumeCount: sum.volumeCount,
      Version: master.settings.version,
    }));
    if (params.get('detail') === 'true') return jsonAnswer(infos);
    const name = params.get('collection') ?? '';
    const info = infos.find(({ Collection }) => Collection === name);
    if (info === undefined) throw new MasterError('collection-not-found', `collection ${name} does not exist`);
    return jsonAnswer(info);
  };
