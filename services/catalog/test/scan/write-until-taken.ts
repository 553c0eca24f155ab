import { KvError } from '@needlestack/ordered-kv';
import { CatalogError } from '@needlestack/service-contracts';

/**
 * Writes as a patient client does: a database whose transactions collided too often says so, has done nothing, and is asked again. How often they collide
 * depends on how slow the machine is.
 */
export async function writeUntilTaken<T>(write: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      const collided =
        (error instanceof CatalogError && error.code === 'SlowDown') ||
        (error instanceof KvError && error.code === 'conflict');
      if (!collided) throw error;
    }
  }
}
