import type { ServiceHandlers } from '@needlestack/rpc';
import type { Catalog as CatalogWire } from '@needlestack/rpc/wire/needlestack-catalog';
import { CatalogError, type IamChange, type IamQuestions } from '@needlestack/service-contracts';
import { decodeIamDocument, encodeIamDocument } from '@needlestack/service-contracts/catalog/iam-wire';
import type { Catalog } from '../core/catalog.ts';
import { refuseInRpc } from './refuse-in-rpc.ts';

export function makeIamHandlers(catalog: Catalog): ServiceHandlers<CatalogWire> {
  return {
    ReadIam: ({ name, question }) =>
      refuseInRpc(async () => {
        const asked = decodeObject(question) as IamQuestions[keyof IamQuestions];
        return { json: encodeIamDocument(await catalog.readIam(name as keyof IamQuestions, asked)) };
      }),
    ChangeIam: ({ json }) =>
      refuseInRpc(async () => ({ json: encodeIamDocument(await catalog.changeIam(decodeObject(json) as IamChange)) })),
  };
}

/** @throws CatalogError `InvalidRequest` */
function decodeObject(json: Uint8Array): object {
  let value: unknown;
  try {
    value = decodeIamDocument(json);
  } catch (error) {
    throw new CatalogError('InvalidRequest', `a document of IAM that is no JSON: ${String(error)}`);
  }
  if (typeof value === 'object' && value !== null) return value;
  throw new CatalogError('InvalidRequest', 'a document of IAM that is no object');
}
