import { VolumeError } from '@needlestack/service-contracts';

/** The collection becomes a part of a file's name. @throws VolumeError `invalid-argument` */
export function checkCollection(collection: string): void {
  if (collection !== '.' && collection !== '..' && !/[/\\\0]/.test(collection)) return;
  throw new VolumeError('invalid-argument', `invalid collection ${JSON.stringify(collection)}`);
}
