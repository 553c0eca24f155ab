import { bindSessionMethod, type SessionRoute } from '@needlestack/rpc';
import {
  COMMIT_OBJECT,
  DELETE_OBJECT,
  GET_BUCKET,
  LIST_OBJECTS,
  LOOKUP_OBJECT,
} from '@needlestack/service-contracts/catalog/catalog-session';
import type { Catalog } from '../core/catalog.ts';
import { refuseInRpc } from './refuse-in-rpc.ts';

/** The hot calls; each has a unary twin among the handlers. */
export function makeSessionRoutes(catalog: Catalog): SessionRoute[] {
  return [
    bindSessionMethod(GET_BUCKET, (name) => refuseInRpc(async () => catalog.getBucket(name))),
    bindSessionMethod(LOOKUP_OBJECT, ({ bucket, key, versionId }) =>
      refuseInRpc(async () => catalog.lookupObject(bucket, key, versionId)),
    ),
    bindSessionMethod(COMMIT_OBJECT, (request) => refuseInRpc(() => catalog.commitObject(request))),
    bindSessionMethod(DELETE_OBJECT, (request) => refuseInRpc(() => catalog.deleteObject(request))),
    bindSessionMethod(LIST_OBJECTS, (request) => refuseInRpc(() => catalog.listObjects(request))),
  ];
}
