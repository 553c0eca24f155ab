/** Bounds of notification configurations and of records; each is enforced where a document comes in. */

/** Rules in the configuration of one bucket. */
export const RULES_PER_BUCKET_MAX = 100;
/** Unicode characters of a prefix or suffix. */
export const FILTER_VALUE_CHARS_MAX = 1024;
/** Characters of a rule's Id, as in S3. */
export const RULE_ID_CHARS_MAX = 255;
/** Characters of a target ARN; longer text is refused before it is split. */
export const ARN_CHARS_MAX = 512;
