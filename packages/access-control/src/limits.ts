/** A policy of more bytes is refused: S3's limit for bucket policies. */
export const POLICY_BYTES_MAX = 20_480;
/** Policies nest five levels deep at most; beyond this the document is none. */
export const POLICY_DEPTH_MAX = 10;
/** Statements of one policy. 20 KB hold fewer useful ones. */
export const POLICY_STATEMENTS_MAX = 500;
/** Texts in one list of actions, resources, principals or condition values. */
export const POLICY_LIST_MAX = 2_000;
/** Actions for which a compiled policy remembers the statements that name them; there are fewer S3 actions than that. */
export const REMEMBERED_ACTIONS_MAX = 512;
/** Grants of one access control list. */
export const ACL_GRANTS_MAX = 100;
