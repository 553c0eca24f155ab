import { type Compatibility, CompatibilityError, parseCompatibility } from '@needlestack/gateway-service';
import { FlagError } from '@needlestack/service-kit';

/** The switches of `-s3.compat`. @throws FlagError for a name that is none */
export const readCompatibility = (names: readonly string[]): Compatibility => {
  try {
    return parseCompatibility(names);
  } catch (error) {
    if (error instanceof CompatibilityError) throw new FlagError(`-compat: ${error.message}`);
    throw error;
  }
};
