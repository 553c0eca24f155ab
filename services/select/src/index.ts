export { selectFlags } from './config.ts';
export { SELECT_ERROR_STATUS, type SelectErrorCode } from './core/select-error-code.ts';
export { type SelectService, type SelectServiceOptions, startSelectService } from './wiring.ts';
