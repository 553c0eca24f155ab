/** A bucket policy as the catalog keeps it: u8 flags (1: binds the owner's root too) | the text as it was put, UTF-8. */

export interface StoredPolicy {
  readonly text: string;
  readonly bindsOwnerRoot: boolean;
}

const FLAG_BINDS_OWNER_ROOT = 1;

export const encodeStoredPolicy = ({ text, bindsOwnerRoot }: StoredPolicy): Uint8Array =>
  Buffer.concat([Uint8Array.of(bindsOwnerRoot ? FLAG_BINDS_OWNER_ROOT : 0), Buffer.from(text)]);

export const decodeStoredPolicy = (bytes: Uint8Array): StoredPolicy => ({
  text: Buffer.from(bytes.subarray(1)).toString(),
  bindsOwnerRoot: ((bytes[0] ?? 0) & FLAG_BINDS_OWNER_ROOT) !== 0,
});
