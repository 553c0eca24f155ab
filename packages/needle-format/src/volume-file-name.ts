/** A volume's file name without its extension: `<id>` or `<collection>_<id>`. */
export interface VolumeFileName {
  /** Empty for the default collection. May hold underscores itself. */
  readonly collection: string;
  readonly volumeId: number;
}

const VOLUME_ID_MAX = 0xffffffff;

export function formatVolumeFileName(name: VolumeFileName): string {
  return name.collection === '' ? String(name.volumeId) : `${name.collection}_${name.volumeId}`;
}

/** Splits at the last underscore. `undefined` when the text is no volume's name. */
export function parseVolumeFileName(text: string): VolumeFileName | undefined {
  const underscore = text.lastIndexOf('_');
  const digits = text.slice(underscore + 1);
  if (!/^\d{1,10}$/.test(digits) || underscore === 0) return undefined;
  const volumeId = Number(digits);
  if (volumeId > VOLUME_ID_MAX) return undefined;
  return { collection: underscore < 0 ? '' : text.slice(0, underscore), volumeId };
}
