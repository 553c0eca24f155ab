import { parseTrustedProxies, type TrustedProxies, TrustedProxyError } from '@needlestack/gateway-service';
import { FlagError } from '@needlestack/service-kit';

/** The ranges of `-s3.trustedProxies`. @throws FlagError for a text that is none */
export const readTrustedProxies = (texts: readonly string[]): TrustedProxies => {
  try {
    return parseTrustedProxies(texts);
  } catch (error) {
    if (error instanceof TrustedProxyError) throw new FlagError(`-trustedProxies: ${error.message}`);
    throw error;
  }
};
