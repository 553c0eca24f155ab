export type { GatewayOptions } from './config.ts';
export {
  COMPATIBILITY_SWITCHES,
  type Compatibility,
  CompatibilityError,
  parseCompatibility,
} from './core/compatibility.ts';
export { S3_OPERATIONS, type S3OperationName } from './core/s3-operation.ts';
export { parseTrustedProxies, type TrustedProxies, TrustedProxyError } from './core/trusted-proxies.ts';
export { type AccessExplanation, type AccessInquiry, explainAccess, InquiryError } from './explain-access.ts';
export type { LdapOptions } from './peers/ldap-directory.ts';
export { type RunningGateway, startGateway } from './wiring.ts';
