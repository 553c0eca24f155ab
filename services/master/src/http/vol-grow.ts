import { growOnRequest } from '../core/grow-on-request.ts';
import type { Master } from '../core/master.ts';
import { readWriteRequest } from '../core/write-wish.ts';
import { jsonAnswer, type MasterRoute } from './http-answer.ts';
import { readCount, readWriteParams } from './read-write-params.ts';

export const volGrow =
  (master: Master): MasterRoute =>
  async ({ params }) => {
    const wish = readWriteRequest(readWriteParams(params), master.settings.defaultReplication);
    const count = readCount(params, 'count');
    await growOnRequest(master, wish, count);
    return jsonAnswer({ count });
  };
