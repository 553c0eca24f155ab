const PREFIX = 'NEEDLESTACK_';

/** The environment twin of a flag: `s3.port` is `NEEDLESTACK_S3_PORT`, `volumeSizeLimitMB` is `NEEDLESTACK_VOLUME_SIZE_LIMIT_MB`. */
export const environmentName = (flagName: string): string =>
  PREFIX +
  flagName
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z\d]+/g, '_')
    .toUpperCase();
