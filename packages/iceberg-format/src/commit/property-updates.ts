import { FORMAT_VERSION_MAX } from '../limits.ts';
import { FORMAT_VERSION_PROPERTY, readFormatVersion, withoutFormatVersion } from '../new-table-metadata.ts';
import { changeDraft, type MetadataDraft, refuseUpdate } from './metadata-draft.ts';

/** A table keeps the uuid that it was created with. */
export function assignUuid(draft: MetadataDraft, uuid: string): void {
  const { 'table-uuid': current } = draft.metadata;
  if (uuid === '') throw refuseUpdate('Cannot set uuid to an empty text');
  if (uuid.toLowerCase() === current.toLowerCase()) return;
  if (!draft.isNew) throw refuseUpdate(`Cannot reassign uuid: ${current} cannot become ${uuid}`);
  changeDraft(draft, { 'table-uuid': uuid });
}

export function upgradeFormatVersion(draft: MetadataDraft, formatVersion: number): void {
  const current = draft.metadata['format-version'];
  if (formatVersion > FORMAT_VERSION_MAX) {
    throw refuseUpdate(
      `Cannot upgrade table to unsupported format version: v${formatVersion} (supported: v${FORMAT_VERSION_MAX})`,
    );
  }
  if (formatVersion < current) throw refuseUpdate(`Cannot downgrade v${current} table to v${formatVersion}`);
  if (formatVersion !== current) changeDraft(draft, { 'format-version': formatVersion });
}

export function setLocation(draft: MetadataDraft, location: string): void {
  const bare = location.replace(/\/+$/, '');
  if (bare === '') throw refuseUpdate('Cannot set location to an empty text');
  if (bare !== draft.metadata.location) changeDraft(draft, { location: bare });
}

/** `format-version` among the properties is a wish to upgrade and is not stored. */
export function setProperties(draft: MetadataDraft, updates: Readonly<Record<string, string>>): void {
  const formatVersion = readFormatVersion(updates);
  if (formatVersion !== undefined) upgradeFormatVersion(draft, formatVersion);
  const { properties } = draft.metadata;
  const stored = withoutFormatVersion(updates);
  const isSame = Object.entries(stored).every(
    ([name, value]) => Object.hasOwn(properties, name) && properties[name] === value,
  );
  if (!isSame) changeDraft(draft, { properties: { ...properties, ...stored } });
}

export function removeProperties(draft: MetadataDraft, removals: readonly string[]): void {
  const removed = new Set(removals.filter((name) => name !== FORMAT_VERSION_PROPERTY));
  const { properties } = draft.metadata;
  const kept = Object.entries(properties).filter(([name]) => !removed.has(name));
  if (kept.length !== Object.keys(properties).length) changeDraft(draft, { properties: Object.fromEntries(kept) });
}
