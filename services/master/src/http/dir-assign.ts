import { formatFileId } from '@needlestack/needle-format';
import type { Master } from '../core/master.ts';
import { newCookie } from '../core/new-cookie.ts';
import { readWriteRequest } from '../core/write-wish.ts';
import { jsonAnswer, type MasterRoute } from './http-answer.ts';
import { readCount, readWriteParams } from './read-write-params.ts';

/** A count of 0 or garbage is 1. */
export const dirAssign =
  (master: Master): MasterRoute =>
  async ({ params, signal }) => {
    const wish = readWriteRequest(readWriteParams(params), master.settings.defaultReplication);
    const count = Math.max(1, readCount(params, 'count'));
    const expectedBytes = readCount(params, 'dataSize');
    const { volumeId, firstKey, servers } = await master.assigner.assign(wish, count, expectedBytes, signal);
    return jsonAnswer({
      fid: formatFileId({ volumeId, key: firstKey, cookie: newCookie(master.random) }),
      url: servers[0].url,
      publicUrl: servers[0].identity.publicUrl,
      count,
    });
  };
