export { DEFAULT_VACUUM, type MasterOptions, masterFlags, readMasterOptions } from './config.ts';
export { type MasterService, type MasterServiceOptions, startMasterService } from './start-master-service.ts';
