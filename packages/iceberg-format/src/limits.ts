/** Nesting of objects and arrays in one document; a schema of depth n nests about 3n deep. */
export const JSON_DEPTH_MAX = 500;

/** Nesting of struct, list and map types within a schema. */
export const TYPE_DEPTH_MAX = 100;

/** Fields of one schema, nested ones included. */
export const SCHEMA_FIELDS_MAX = 100_000;

/** Updates and requirements of one commit. */
export const COMMIT_UPDATES_MAX = 10_000;
export const COMMIT_REQUIREMENTS_MAX = 1_000;

/** Entries of `metadata-log` unless `write.metadata.previous-versions-max` says otherwise. */
export const METADATA_PREVIOUS_VERSIONS_MAX_DEFAULT = 100;

export const INT32_MAX = 2_147_483_647;
export const INT64_MIN = -(2n ** 63n);
export const INT64_MAX = 2n ** 63n - 1n;

/** Before the first partition field: ids start at 1000 (table spec, Partition Evolution). */
export const PARTITION_ID_START = 999;

/** Format versions that can be read and written. */
export const FORMAT_VERSION_DEFAULT = 2;
export const FORMAT_VERSION_MAX = 3;
