import { INVENTORY_CONFIGURATION } from '@needlestack/s3-protocol';
import { namedConfigurationOperations } from './named-configuration-operations.ts';

export const inventoryOperations = namedConfigurationOperations('inventory', INVENTORY_CONFIGURATION);
