/**
 * The version of the records that a session carries, said by both sides when it opens. Records have no field numbers: read in another
 * layout they would be taken for something else, so a session between two layouts is refused before the first call.
 */
import type { Metadata } from '@grpc/grpc-js';
import { RpcError } from '../rpc-error.ts';

const HEADER = 'needlestack-session-records';
/** The reason of the refusal. */
export const OTHER_RECORDS = 'other-session-records';

export const sayRecords = (records: string | undefined, metadata: Metadata): Metadata => {
  if (records !== undefined) metadata.set(HEADER, records);
  return metadata;
};

/**
 * What is wrong with what the other side said. Whoever says nothing is of before there were versions.
 * @param own undefined: any will do
 */
export const refuseOtherRecords = (own: string | undefined, metadata: Metadata): RpcError | undefined => {
  const [theirs] = metadata.get(HEADER);
  if (own === undefined || theirs === own) return undefined;
  const message = `session records ${theirs ?? 'without version'} there, ${own} here: bring both to the same release`;
  return new RpcError('failed-precondition', message, { reason: OTHER_RECORDS });
};
