import { CatalogError, type EventContext } from '@needlestack/service-contracts';

/** Rules are matched with bare names: one with `s3:` would match none and its event be lost. CatalogError `InvalidRequest`. */
export function checkEventName({ eventName }: EventContext): void {
  if (eventName.startsWith('s3:'))
    throw new CatalogError('InvalidRequest', `an event named "${eventName}": expected its name without "s3:"`);
}
