import { randomBytes } from 'node:crypto';
import { RootKeyRing } from '@needlestack/key-management';

/** A root key for one run. */
export const TEST_SEALER = new RootKeyRing([randomBytes(32)]);
