import { VolumeError } from '@needlestack/service-contracts';

const BARE_ADDRESS = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/;

/** A replica that a caller names becomes part of a URL: nothing but host and port. @throws VolumeError `invalid-argument` */
export function checkReplicaTarget(target: string): void {
  if (BARE_ADDRESS.test(target)) return;
  throw new VolumeError(
    'invalid-argument',
    `reject replica target: replica target ${JSON.stringify(target)} must be a bare host:port`,
  );
}
