import { catalogErrorToRpc } from '@needlestack/service-contracts/catalog/catalog-failure';

/** Runs a handler so that a refusal of the catalog goes out with its code and facts. */
export async function refuseInRpc<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw catalogErrorToRpc(error);
  }
}
